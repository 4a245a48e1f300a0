import type { ChangeKind } from '../../core/change.js';
import { blockedBy } from '../../core/effects.js';
import type { RuleContext } from '../rule.js';
import { blockedTables, isTraffic } from './earlier-statements.js';

/** Kinds of changes that may lock a table against its traffic. */
export const strongLockKinds = [
  'addColumn',
  'dropColumn',
  'renameColumn',
  'alterColumnType',
  'setNotNull',
  'dropNotNull',
  'setDefault',
  'dropDefault',
  'addIdentity',
  'setIdentity',
  'dropIdentity',
  'setExpression',
  'dropExpression',
  'setColumnStorage',
  'setColumnCompression',
  'addConstraint',
  'dropConstraint',
  'alterConstraint',
  'renameConstraint',
  'createIndex',
  'dropIndex',
  'renameIndex',
  'attachIndex',
  'reindex',
  'createTable',
  'dropTable',
  'renameTable',
  'setSchema',
  'truncate',
  'setPersistence',
  'setTablespace',
  'setAccessMethod',
  'setReplicaIdentity',
  'inherit',
  'setOfType',
  'changeOwner',
  'attachPartition',
  'detachPartition',
  'createTrigger',
  'dropTrigger',
  'switchTrigger',
  'createRule',
  'dropRule',
  'setRowSecurity',
  'createPolicy',
  'alterPolicy',
  'dropPolicy',
  'createView',
  'dropView',
  'alterViewOptions',
  'refreshMaterializedView',
  'alterSequence',
  'dropSequence',
  'alterDomain',
  'alterCompositeType',
  'dropType',
  'dropFunction',
  'dropSchema',
  'dropExtension',
  'lockTable',
  'vacuum',
  'cluster',
] as const satisfies readonly ChangeKind[];

/** The relation that this change is the first of its unit to lock against traffic; null when it is not the first, or locks none. */
export function firstBlocked(context: RuleContext): string | null {
  const table = blockedTables(context)[0];
  if (table === undefined || context.effects.error) return null;
  const isStrong = (locks: readonly { relation: string; mode: Parameters<typeof blockedBy>[0] }[]): boolean =>
    locks.some((lock) => blockedBy(lock.mode) !== 'nothing' && isTraffic(context, lock.relation));
  if (context.before.some((statement) => isStrong(statement.effects.locks))) return null;
  const position = context.statement.changes.indexOf(context.change);
  return context.statement.changeEffects.slice(0, Math.max(position, 0)).some((effects) => isStrong(effects.locks)) ? null : table;
}
