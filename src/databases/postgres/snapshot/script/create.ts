/** A whole schema as a script. */
import type { SchemaObject, SchemaSnapshot } from '../../../../core/schema.js';
import { nodesOf, ordered } from './graph.js';

export interface ScriptOptions {
  /**
   * Roles that are there. Grants to others and policies for others are left out; without this everything is written, and a role
   * that is missing is an error of the server. `rolesOf` tells which are named.
   */
  roles?: ReadonlySet<string>;
}

/**
 * Statements that rebuild a schema on an empty database, in an order in which they run. One session, one after the other; they can
 * stand in one transaction. Owners become the role that runs them. Materialised views that were filled are filled.
 *
 * Objects of the snapshot's `others` are not made. An index that was left invalid is made valid.
 *
 * @param snapshot from any version; a property that the server does not know (a virtual column before 18) is its error
 */
export function createScript(snapshot: SchemaSnapshot, options: ScriptOptions = {}): string[] {
  const { roles } = options;
  const ids =
    roles && new Set([...snapshot.objects].filter(([, object]) => namedRoles(object).every((role) => roles.has(role))).map(([id]) => id));
  const filled = [...snapshot.objects.values()].filter(
    (object) => object.kind === 'materializedView' && object.spelling?.['populated'] === 'yes',
  );
  const order = ordered(nodesOf(snapshot, ids));
  const views = order.flatMap((node) => filled.filter((view) => node.object === `materializedView ${view.name}`));
  return [
    // Bodies may name what comes later.
    'SET check_function_bodies = off',
    ...(snapshot.objects.has('schema public') ? [] : ['DROP SCHEMA IF EXISTS public']),
    ...order.flatMap((node) => node.sql),
    ...views.map((view) => `REFRESH MATERIALIZED VIEW ${view.name}`),
    'RESET check_function_bodies',
  ];
}

/** Roles that grants and policies of a schema name, as SQL writes them, PUBLIC not among them. */
export function rolesOf(snapshot: SchemaSnapshot): string[] {
  return [...new Set([...snapshot.objects.values()].flatMap(namedRoles))].sort();
}

function namedRoles(object: SchemaObject): string[] {
  const roles =
    object.kind === 'policy'
      ? (object.properties['roles'] ?? '').split(', ')
      : object.kind === 'grant'
        ? [object.spelling?.['grantee'] ?? '', object.spelling?.['role'] ?? '']
        : [];
  return roles.filter((role) => role !== '' && role.toLowerCase() !== 'public');
}
