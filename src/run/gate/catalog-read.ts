/** Which SELECT statements only look into the catalog, or into tables that are named. */
import type { Node } from '../../sql/postgres/node.js';
import { visit } from '../../sql/postgres/fingerprint.js';

/** Functions that read the catalog or compute, and change nothing. */
const harmless = new Set(
  `abs array_agg array_length array_position array_remove array_to_string bool_and bool_or btrim cardinality ceil char_length
  coalesce col_description concat concat_ws count current_database current_schema current_schemas current_setting date_part
  extract exists format format_type generate_series generate_subscripts greatest has_database_privilege has_schema_privilege
  has_table_privilege inet_server_addr inet_server_port information_schema._pg_char_max_length json_agg json_build_object
  jsonb_agg least length lower ltrim max min now nullif obj_description parse_ident pg_backend_pid pg_encoding_to_char pg_get_constraintdef
  pg_get_expr pg_get_functiondef pg_get_indexdef pg_get_keywords pg_get_partkeydef pg_get_serial_sequence pg_get_triggerdef
  pg_get_userbyid pg_get_viewdef pg_is_in_recovery pg_table_is_visible pg_type_is_visible pg_function_is_visible pg_relation_size
  pg_total_relation_size quote_ident quote_literal regexp_replace replace row_number row_to_json rtrim session_user split_part
  starts_with string_agg string_to_array strpos substr substring timezone to_char to_regclass to_regnamespace to_regtype
  txid_current_if_assigned unnest upper user version shobj_description position overlay pg_get_ruledef`
    .split(/\s+/)
    .filter((name) => name !== ''),
);

/** What a SELECT may touch. */
export interface ReadLimits {
  /** Bare names of tables of the tool's record. */
  tables: readonly string[];
  functions: readonly string[];
}

/** True when a statement only reads what it may read, and locks nothing. */
export function isCatalogRead(node: Node, limits: ReadLimits): boolean {
  if (!node?.SelectStmt) return false;
  let fine = true;
  const local = new Set<string>();
  visit(node, (name, inner) => {
    if (name === 'CommonTableExpr') local.add(inner.ctename);
    return true;
  });
  visit(node, (name, inner) => {
    if (name === 'IntoClause' || name === 'LockingClause' || (name.endsWith('Stmt') && name !== 'SelectStmt')) fine = false;
    else if (name === 'SelectStmt' && (inner.intoClause || inner.lockingClause)) fine = false;
    else if (name === 'RangeVar') fine &&= isReadable(inner, local, limits.tables);
    else if (name === 'FuncCall') fine &&= isHarmless(inner, limits.functions);
    return fine;
  });
  return fine;
}

function isReadable(relation: Node, local: ReadonlySet<string>, tables: readonly string[]): boolean {
  const { schemaname, relname } = relation;
  if (schemaname === 'pg_catalog' || schemaname === 'information_schema') return true;
  if (tables.includes(relname)) return true;
  return schemaname === undefined && (local.has(relname) || /^pg_/.test(relname));
}

function isHarmless(call: Node, more: readonly string[]): boolean {
  const names: string[] = (call.funcname ?? []).map((part: Node) => part.String?.sval ?? '');
  if (names.length > 1 && names[0] !== 'pg_catalog' && names[0] !== 'information_schema') return false;
  const name = names.at(-1) ?? '';
  return harmless.has(name) || more.includes(name) || (names[0] === 'information_schema' && name.startsWith('_pg_'));
}
