import type { Change } from '../core/change.js';
import { direct, type Draft, step, alone } from './draft.js';
import { hasFunction, hasRelation, isView, lacksRelation } from './sql/checks.js';

/** Statements without a recipe stay as they are; what they lock is said all the same, by the analyser. */
export function passedThrough(change: Change, sql: string): Draft {
  const title = sql.replace(/\s+/g, ' ').slice(0, 90);
  const input = {
    title,
    sql: [sql],
    check: checkOf(change),
    back: backOf(change),
    backNote: backOf(change).length > 0 ? null : 'No way back is known for this statement.',
  };
  const needsNoTransaction = /\bconcurrently\b|^\s*vacuum\b/i.test(sql);
  return direct(title, needsNoTransaction ? alone(input) : step(input));
}

function checkOf(change: Change): string | null {
  switch (change.kind) {
    case 'createTable':
      return hasRelation(change.table);
    case 'createView':
      return isView(change.view);
    case 'dropView':
      return lacksRelation(change.view);
    case 'createSequence':
      return hasRelation(change.sequence);
    case 'createFunction':
      return hasFunction(change.function);
    default:
      return null;
  }
}

function backOf(change: Change): string[] {
  switch (change.kind) {
    case 'createTable':
      return [`DROP TABLE IF EXISTS ${change.table}`];
    case 'createView':
      return change.replace ? [] : [`DROP VIEW IF EXISTS ${change.view}`];
    case 'createSequence':
      return [`DROP SEQUENCE IF EXISTS ${change.sequence}`];
    case 'createEnum':
    case 'createCompositeType':
      return [`DROP TYPE IF EXISTS ${change.type}`];
    case 'createFunction':
      return change.replace || change.argumentTypes.length > 0 ? [] : [`DROP FUNCTION IF EXISTS ${change.function}()`];
    default:
      return [];
  }
}
