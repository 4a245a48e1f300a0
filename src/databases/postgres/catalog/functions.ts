import { qualify } from '../../../core/names.js';
import type { UserFunction } from '../../../sql/catalog/types.js';
import { inlinedExpression } from '../../../sql/postgres/changes/functions.js';
import { userSchemas } from '../schemas.js';
import { type Building, ofExtension, origin } from './building.js';

interface FunctionRow {
  schema: string;
  name: string;
  kind: string;
  extension: boolean;
  language: string;
  volatility: string;
  argument_types: string[];
  argument_names: string[] | null;
  argument_modes: string[] | null;
  argument_defaults: number;
  returns: string | null;
  body: string | null;
  atomic: boolean;
  can_be_inlined: boolean;
}

const volatilities: Record<string, UserFunction['volatility']> = { i: 'immutable', s: 'stable', v: 'volatile' };

/** Arguments that a caller gives: IN, INOUT, VARIADIC. */
const inputModes = new Set(['i', 'b', 'v']);

const query = `
  SELECT n.nspname AS schema, p.proname AS name, p.prokind AS kind, ${ofExtension('p.oid', 'pg_proc')} AS extension,
         l.lanname AS language, p.provolatile AS volatility,
         ARRAY(SELECT format_type(u.oid, NULL) FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS u(oid, place) ORDER BY u.place) AS argument_types,
         p.proargnames AS argument_names, p.proargmodes::text[] AS argument_modes, p.pronargdefaults AS argument_defaults,
         CASE WHEN p.prokind <> 'p' THEN CASE WHEN p.proretset THEN 'SETOF ' ELSE '' END || format_type(p.prorettype, NULL) END AS returns,
         CASE WHEN l.lanname NOT IN ('c', 'internal') AND p.prosqlbody IS NULL AND p.prokind IN ('f', 'p') THEN p.prosrc END AS body,
         p.prosqlbody IS NOT NULL AS atomic,
         l.lanname = 'sql' AND p.prokind = 'f' AND NOT p.proretset AND NOT p.prosecdef AND p.proconfig IS NULL AS can_be_inlined
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
   WHERE ${userSchemas('n')}
   ORDER BY n.nspname, p.proname, p.oid`;

/** Functions, procedures and aggregates. Those of extensions are there for their volatility, without a body. */
export async function readFunctions(building: Building): Promise<void> {
  const { functions } = building.state;
  for (const row of await building.session.query<FunctionRow>(query)) {
    const name = qualify(row.schema, row.name);
    const body = row.extension ? null : row.body;
    functions.set(name, [
      ...(functions.get(name) ?? []),
      {
        name,
        procedure: row.kind === 'p',
        language: row.language,
        volatility: volatilities[row.volatility] ?? 'volatile',
        argumentTypes: row.argument_types,
        argumentNames: inputNames(row),
        argumentDefaults: row.argument_defaults,
        returns: row.returns,
        body,
        atomic: row.atomic,
        inlined: body !== null && row.can_be_inlined ? inlinedExpression(body) : null,
        origin,
      },
    ]);
  }
}

function inputNames(row: FunctionRow): string[] {
  const names = (row.argument_names ?? []).filter((_, place) => inputModes.has(row.argument_modes?.[place] ?? 'i'));
  return row.argument_types.map((_, place) => names[place] ?? '');
}
