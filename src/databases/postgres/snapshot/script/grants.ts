/** SQL of grants. */
import type { SchemaObject } from '../../../../core/schema.js';
import { kindOf, nameOf } from './reference.js';

const words: Record<string, string> = {
  schema: 'SCHEMA',
  sequence: 'SEQUENCE',
  enum: 'TYPE',
  compositeType: 'TYPE',
  rangeType: 'TYPE',
  domain: 'DOMAIN',
};

/** Gives and takes what a grant object says. */
export function grantStatements(grant: SchemaObject): string[] {
  return changeGrant(null, grant);
}

/**
 * Statements that make the rights of one grantee on one object as they are to be.
 *
 * @param from what there is; null: nothing but what every object has from the beginning
 * @param to what there is to be; null in the same sense
 */
export function changeGrant(from: SchemaObject | null, to: SchemaObject | null): string[] {
  const grant = to ?? from;
  if (!grant) return [];
  const [was, is] = [rightsOf(from), rightsOf(to)];
  const taken = [...was.privileges].filter((right) => !is.privileges.has(right));
  const givenBack = [...was.revoked].filter((right) => !is.revoked.has(right));
  const takenAway = [...is.revoked].filter((right) => !was.revoked.has(right));
  const given = [...is.privileges].filter((right) => !was.privileges.has(right) && !is.grantable.has(right));
  const withOption = [...is.grantable].filter((right) => !was.grantable.has(right));
  const optionTaken = [...was.grantable].filter((right) => is.privileges.has(right) && !is.grantable.has(right));
  return [
    ...statement(grant, 'REVOKE', [...taken, ...takenAway]),
    ...statement(grant, 'REVOKE GRANT OPTION FOR', optionTaken),
    ...statement(grant, 'GRANT', [...given, ...givenBack]),
    ...statement(grant, 'GRANT', withOption, ' WITH GRANT OPTION'),
  ];
}

function rightsOf(grant: SchemaObject | null): Record<'privileges' | 'grantable' | 'revoked', Set<string>> {
  const list = (property: string): Set<string> => new Set((grant?.properties[property] ?? '').split(', ').filter((right) => right !== ''));
  return { privileges: list('privileges'), grantable: list('grantable'), revoked: list('revoked') };
}

function statement(grant: SchemaObject, verb: string, rights: readonly string[], tail = ''): string[] {
  if (rights.length === 0) return [];
  const spelling = grant.spelling ?? {};
  const direction = verb.startsWith('REVOKE') ? 'FROM' : 'TO';
  const column = spelling['column'];
  const list = rights.map((right) => (column === undefined ? right : `${right} (${column})`)).join(', ');
  const who = spelling['grantee'] ?? 'PUBLIC';
  if (spelling['defaultFor'] !== undefined) {
    const role = spelling['role'] === undefined ? '' : ` FOR ROLE ${spelling['role']}`;
    const schema = spelling['schema'] === undefined ? '' : ` IN SCHEMA ${spelling['schema']}`;
    return [`ALTER DEFAULT PRIVILEGES${role}${schema} ${verb} ${list} ON ${spelling['defaultFor']} ${direction} ${who}${tail}`];
  }
  const on = spelling['on'] ?? '';
  const kind = kindOf(on);
  const target = kind === 'function' ? `ROUTINE ${nameOf(on)}` : `${words[kind] ?? 'TABLE'} ${nameOf(on)}`;
  return [`${verb} ${list} ON ${target} ${direction} ${who}${tail}`];
}
