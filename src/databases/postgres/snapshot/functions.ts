import { qualify } from '../../../core/names.js';
import { userSchemas } from '../schemas.js';
import { spelled } from './normalise.js';
import { ofExtension, type Reading } from './reading.js';
import { literal } from './types.js';

interface FunctionRow {
  oid: number;
  schema: string;
  name: string;
  kind: string;
  argument_types: string[];
  arguments: string;
  returns: string | null;
  language: string;
  body: string;
  object_file: string | null;
  atomic: string | null;
  volatility: string;
  strict: boolean;
  definer: boolean;
  leakproof: boolean;
  parallel: string;
  cost: number;
  rows: number;
  settings: string[] | null;
  support: string | null;
  transforms: string[];
}

const kinds: Record<string, string> = { f: 'function', p: 'procedure', w: 'window function', a: 'aggregate' };
const volatilities: Record<string, string | null> = { i: 'immutable', s: 'stable', v: null };
const parallels: Record<string, string | null> = { s: 'safe', r: 'restricted', u: null };

const query = `
  SELECT p.oid, n.nspname AS schema, p.proname AS name, p.prokind AS kind,
         ARRAY(SELECT format_type(u.oid, NULL) FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS u(oid, place) ORDER BY u.place) AS argument_types,
         pg_get_function_arguments(p.oid) AS arguments, pg_get_function_result(p.oid) AS returns, l.lanname AS language,
         p.prosrc AS body, CASE WHEN l.lanname = 'c' THEN p.probin END AS object_file,
         CASE WHEN p.prosqlbody IS NOT NULL THEN pg_get_function_sqlbody(p.oid) END AS atomic, p.provolatile AS volatility, p.proisstrict AS strict,
         p.prosecdef AS definer, p.proleakproof AS leakproof, p.proparallel AS parallel, p.procost AS cost, p.prorows AS rows, p.proconfig AS settings,
         nullif(p.prosupport::oid, 0)::regproc::text AS support,
         ARRAY(SELECT format_type(u.oid, NULL) FROM unnest(p.protrftypes) AS u(oid)) AS transforms
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
   WHERE ${userSchemas('n')} AND NOT ${ofExtension('p.oid', 'procedure')}
     AND NOT EXISTS (SELECT 1 FROM pg_depend i WHERE i.classid = 1255 AND i.objid = p.oid AND i.deptype = 'i')`;

/** Functions, procedures and aggregates of users; those that the server makes for a type are left out. */
export async function readFunctions(reading: Reading): Promise<void> {
  let aggregates = false;
  for (const row of await reading.query<FunctionRow>(query)) {
    const procedure = row.kind === 'p';
    const returnsRows = row.returns?.startsWith('SETOF ') || row.returns?.startsWith('TABLE(');
    // Costs and row counts that the server puts when nothing is said (source: CREATE FUNCTION, COST and ROWS).
    const usualCost = row.language === 'c' || row.language === 'internal' ? 1 : 100;
    const input = spelled('arguments', row.arguments);
    const aggregate = row.kind === 'a';
    aggregates ||= aggregate;
    reading.add(
      {
        kind: 'function',
        name: `${qualify(row.schema, row.name)}(${row.argument_types.join(', ')})`,
        properties: {
          type: kinds[row.kind] ?? 'function',
          ...input.properties,
          returns: procedure || aggregate ? null : row.returns,
          ...(aggregate
            ? {}
            : {
                language: row.language,
                body: row.atomic === null ? bodyText(row) : null,
                atomic: row.atomic,
                volatility: procedure ? null : (volatilities[row.volatility] ?? null),
                strict: row.strict,
                securityDefiner: row.definer,
                leakproof: row.leakproof,
                cost: procedure || row.cost === usualCost ? null : String(row.cost),
                rows: !returnsRows || row.rows === 1000 ? null : String(row.rows),
                support: row.support,
                transforms: row.transforms.join(', '),
                ...Object.fromEntries((row.settings ?? []).map(setting)),
              }),
          parallel: procedure ? null : (parallels[row.parallel] ?? null),
        },
        spelling: {
          ...input.spelling,
          plainName: qualify(row.schema, row.name),
        },
      },
      { catalog: 'procedure', oid: row.oid },
    );
  }
  if (aggregates) await readAggregates(reading);
}

function bodyText(row: FunctionRow): string {
  return row.object_file === null ? row.body.replaceAll('\r\n', '\n') : `${literal(row.object_file)}, ${literal(row.body)}`;
}

/** Settings whose value is a list of names, each of which the server stores quoted already (source: `GUC_LIST_QUOTE` in the server). */
const listSettings = new Set([
  'search_path',
  'temp_tablespaces',
  'session_preload_libraries',
  'shared_preload_libraries',
  'local_preload_libraries',
  'unix_socket_directories',
]);

function setting(text: string): [string, string] {
  const at = text.indexOf('=');
  const [name, value] = [text.slice(0, at), text.slice(at + 1)];
  return [`setting.${name}`, listSettings.has(name) ? value || "''" : literal(value)];
}

interface AggregateRow {
  oid: number;
  kind: string;
  direct: number;
  step: string;
  state: string;
  space: number;
  final: string | null;
  final_extra: boolean;
  final_modify: string;
  combine: string | null;
  serial: string | null;
  deserial: string | null;
  moving_step: string | null;
  moving_inverse: string | null;
  moving_state: string | null;
  moving_space: number;
  moving_final: string | null;
  moving_final_extra: boolean;
  moving_final_modify: string;
  sort: string | null;
  initial: string | null;
  moving_initial: string | null;
}

const procedureName = (column: string): string => `nullif(a.${column}::oid, 0)::regproc::text`;

const aggregateQuery = `
  SELECT a.aggfnoid::oid AS oid, a.aggkind AS kind, a.aggnumdirectargs AS direct, a.aggtransfn::regproc::text AS step,
         format_type(a.aggtranstype, NULL) AS state, a.aggtransspace AS space, ${procedureName('aggfinalfn')} AS final, a.aggfinalextra AS final_extra,
         a.aggfinalmodify AS final_modify, ${procedureName('aggcombinefn')} AS combine, ${procedureName('aggserialfn')} AS serial,
         ${procedureName('aggdeserialfn')} AS deserial, ${procedureName('aggmtransfn')} AS moving_step, ${procedureName('aggminvtransfn')} AS moving_inverse,
         CASE WHEN a.aggmtranstype <> 0 THEN format_type(a.aggmtranstype, NULL) END AS moving_state, a.aggmtransspace AS moving_space,
         ${procedureName('aggmfinalfn')} AS moving_final, a.aggmfinalextra AS moving_final_extra, a.aggmfinalmodify AS moving_final_modify,
         nullif(a.aggsortop, 0)::regoper::text AS sort, a.agginitval AS initial, a.aggminitval AS moving_initial
    FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid JOIN pg_namespace n ON n.oid = p.pronamespace
   WHERE ${userSchemas('n')}`;

const modifies: Record<string, string> = { r: 'read_only', s: 'shareable', w: 'read_write' };

async function readAggregates(reading: Reading): Promise<void> {
  for (const row of await reading.query<AggregateRow>(aggregateQuery)) {
    const object = reading.objects.get(reading.idAt(1255, row.oid, 0) ?? '');
    if (!object) continue;
    const usual = row.kind === 'n' ? 'r' : 'w';
    const parts: Record<string, string | boolean | null> = {
      sfunc: row.step,
      stype: row.state,
      sspace: row.space === 0 ? null : String(row.space),
      finalfunc: row.final,
      finalfunc_extra: row.final_extra,
      finalfunc_modify: row.final === null || row.final_modify === usual ? null : (modifies[row.final_modify] ?? null),
      combinefunc: row.combine,
      serialfunc: row.serial,
      deserialfunc: row.deserial,
      initcond: row.initial === null ? null : literal(row.initial),
      msfunc: row.moving_step,
      minvfunc: row.moving_inverse,
      mstype: row.moving_state,
      msspace: row.moving_space === 0 ? null : String(row.moving_space),
      mfinalfunc: row.moving_final,
      mfinalfunc_extra: row.moving_final_extra,
      mfinalfunc_modify:
        row.moving_final === null || row.moving_final_modify === usual ? null : (modifies[row.moving_final_modify] ?? null),
      minitcond: row.moving_initial === null ? null : literal(row.moving_initial),
      sortop: row.sort === null ? null : `OPERATOR(${row.sort.includes('.') ? row.sort : `pg_catalog.${row.sort}`})`,
      hypothetical: row.kind === 'h',
    };
    for (const [name, value] of Object.entries(parts))
      if (value !== null && value !== false) object.properties[`aggregate.${name}`] = value === true ? 'yes' : value;
  }
}
