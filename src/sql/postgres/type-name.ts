import { qualify } from '../../core/names.js';
import { type Node, texts } from './node.js';

/** PostgreSQL's internal names and the aliases that its grammar leaves alone, as `format_type` spells them. */
const spelled: Record<string, string> = {
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  bool: 'boolean',
  varchar: 'character varying',
  bpchar: 'character',
  varbit: 'bit varying',
  timestamptz: 'timestamp with time zone',
  timestamp: 'timestamp without time zone',
  timetz: 'time with time zone',
  time: 'time without time zone',
  serial: 'integer',
  serial4: 'integer',
  bigserial: 'bigint',
  serial8: 'bigint',
  smallserial: 'smallint',
  serial2: 'smallint',
  int: 'integer',
  decimal: 'numeric',
  char: '"char"',
};

const serials = new Set(['serial', 'serial4', 'bigserial', 'serial8', 'smallserial', 'serial2']);

/** True for `serial` and its kin, which are a type, a sequence and a default in one word. */
export function isSerial(typeName: Node): boolean {
  const names = texts(typeName?.names);
  return names.length === 1 && serials.has(names[0]!);
}

/**
 * A type as `format_type` of the server spells it: `character varying(50)`, `numeric(10,2)`, `public.mood[]`.
 *
 * @param typeName node `TypeName`
 * @param resolve qualifies the name of a type that is not built in; returns null for a built-in type of any schema path
 */
export function spellType(typeName: Node, resolve: (schema: string | undefined, name: string) => string | null): string {
  const names = texts(typeName?.names);
  const name = names.at(-1) ?? '';
  const schema = names.length > 1 ? names[0] : undefined;
  const userType = schema === 'pg_catalog' ? null : resolve(schema, name);
  const base = userType ?? spelled[name] ?? (schema && schema !== 'pg_catalog' ? qualify(schema, name) : name);
  const dimensions = (typeName?.arrayBounds ?? []).length > 0 ? '[]' : '';
  return withModifier(base, modifiers(typeName)) + dimensions;
}

function modifiers(typeName: Node): (number | string)[] {
  return (typeName?.typmods ?? []).map((node: Node) => {
    const constant = node.A_Const;
    if (constant?.ival !== undefined) return constant.ival.ival ?? 0;
    return constant?.sval?.sval ?? node.ColumnRef?.fields?.map((field: Node) => field.String?.sval).join('.') ?? '?';
  });
}

function withModifier(base: string, mods: (number | string)[]): string {
  if (base === 'interval') return spellInterval(mods);
  if (base === 'character' && mods.length === 0) return 'character';
  if (mods.length === 0) return base;
  const list = mods.join(',');
  if (base === 'numeric' && mods.length === 1) return `numeric(${list},0)`;
  const timed = /^(timestamp|time) (with|without) time zone$/.exec(base);
  return timed ? `${timed[1]}(${list}) ${timed[2]} time zone` : `${base}(${list})`;
}

function spellInterval(mods: (number | string)[]): string {
  const fields: Record<number, string> = {
    2: 'month',
    4: 'year',
    6: 'year to month',
    8: 'day',
    1024: 'hour',
    1032: 'day to hour',
    2048: 'minute',
    3072: 'hour to minute',
    3080: 'day to minute',
    4096: 'second',
    6144: 'minute to second',
    7168: 'hour to second',
    7176: 'day to second',
  };
  const field = typeof mods[0] === 'number' ? fields[mods[0]] : undefined;
  const precision = mods.length > 1 ? `(${mods[1]})` : '';
  return `interval${field ? ` ${field}` : ''}${precision}`;
}
