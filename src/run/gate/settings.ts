/** Settings of a session: which a tool may change, and which stay as tight as the plan has them. */
import type { RunGuards } from '../../core/run-plan.js';
import type { Node } from '../../sql/postgres/node.js';
import { constantText } from '../../sql/postgres/fingerprint.js';

/** Settings that change how values look, nothing else. */
const free = new Set([
  'timezone',
  'datestyle',
  'intervalstyle',
  'extra_float_digits',
  'bytea_output',
  'client_min_messages',
  'lc_messages',
  'lc_monetary',
  'lc_numeric',
  'lc_time',
  'session characteristics',
  'transaction',
]);

const units: Record<string, number> = { us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** What becomes of a SET, RESET or DISCARD. `text`: what is sent in its place. */
export type SettingVerdict = { pass: true; text: string | null } | { pass: false; why: string };

/** Start-up parameters that hold the limits: they are the session's defaults, so RESET and DISCARD come back to them. */
export function guardSettings(guards: RunGuards, applicationName: string): Record<string, string> {
  return {
    lock_timeout: String(guards.lockTimeoutMs),
    statement_timeout: String(guards.statementTimeoutMs),
    idle_in_transaction_session_timeout: String(guards.idleInTransactionTimeoutMs),
    application_name: applicationName,
    client_encoding: 'UTF8',
    // A server that is not told of our end notices it by itself, also in the middle of a statement.
    client_connection_check_interval: '1000',
    tcp_keepalives_idle: '10',
    tcp_keepalives_interval: '5',
    tcp_keepalives_count: '3',
  };
}

/** Limits in milliseconds, by setting. */
export function limitsOf(guards: RunGuards): Record<string, number> {
  return {
    lock_timeout: guards.lockTimeoutMs,
    statement_timeout: guards.statementTimeoutMs,
    idle_in_transaction_session_timeout: guards.idleInTransactionTimeoutMs,
  };
}

/** Where a tool may look for unqualified names, and whom it may act as: what it is already. */
export interface SessionBounds {
  limits: Record<string, number>;
  /** Schemas that may stand in its search_path. */
  schemas: readonly string[];
  role: string;
  applicationName: string;
}

/**
 * Judges a SET that is not of the plan.
 *
 * @param set a `VariableSetStmt`
 * @param planned it is a statement of the plan: what is free then is up to the plan, the limits are not
 */
export function judgeSetting(set: Node, bounds: SessionBounds, planned: boolean): SettingVerdict {
  const name = String(set.name ?? '').toLowerCase();
  const isReset = set.kind === 'VAR_RESET' || set.kind === 'VAR_RESET_ALL' || set.kind === 'VAR_SET_DEFAULT';
  if (isReset) return { pass: true, text: null };
  const values: (string | null)[] = (set.args ?? []).map((each: Node) => (each.A_Const ? constantText(each.A_Const) : null));
  const limit = bounds.limits[name];
  if (limit !== undefined) return tightened(name, values[0] ?? '', limit, set.is_local === true);
  switch (name) {
    case 'application_name':
      return { pass: true, text: `SET application_name = '${bounds.applicationName}'` };
    case 'client_encoding':
    case 'names':
      return /^utf-?8$|^unicode$/i.test(values[0] ?? '') ? ok : { pass: false, why: 'the session speaks UTF-8' };
    case 'standard_conforming_strings':
      return /^(?:on|true|1)$/i.test(values[0] ?? '') ? ok : { pass: false, why: 'strings would be read otherwise than they were approved' };
    case 'search_path':
      if (planned || values.every((each) => each !== null && bounds.schemas.includes(each))) return ok;
      return { pass: false, why: 'names would be looked up in another schema' };
    case 'role':
      return planned || values[0] === bounds.role ? ok : { pass: false, why: 'it would act as another role' };
    default:
      return planned || free.has(name) ? ok : { pass: false, why: `${name} is not among the settings that a tool may change` };
  }
}

/** True when `set_config('search_path', …)` stays within the bounds: the only setting that a tool may change by function. */
export function isPathWithin(value: string | null, schemas: readonly string[]): boolean {
  const parts = (value ?? '').split(',').map((part) => part.trim().replace(/^"(.*)"$/, '$1'));
  return value !== null && parts.every((part) => part === '' || schemas.includes(part));
}

const ok: SettingVerdict = { pass: true, text: null };

function tightened(name: string, value: string, limit: number, local: boolean): SettingVerdict {
  const found = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(value);
  const unit = units[(found?.[2] ?? '').toLowerCase() || 'ms'];
  const wanted = found === null || unit === undefined ? 0 : Number(found[1]) * unit;
  if (wanted > 0 && wanted <= limit) return ok;
  return { pass: true, text: `SET ${local ? 'LOCAL' : 'SESSION'} ${name} = ${limit}` };
}
