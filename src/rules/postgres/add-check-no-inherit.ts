import { defineRule } from '../rule.js';
import { briefLock } from '../support/lock-timeout.js';
import { shown } from '../support/names.js';

export default defineRule({
  category: 'lock',
  severity: 'low',
  title: 'CHECK … NO INHERIT locks the children too',
  why: 'PostgreSQL 18 takes ACCESS EXCLUSIVE on every inheriting table although the constraint is not for them; up to 17 it locks the parent alone.',
  source: 'measured: PostgreSQL 14 to 18',
  on: ['addConstraint'],
  check({ table, constraint }, context) {
    if (constraint.kind !== 'check' || !constraint.noInherit) return null;
    const children = context.catalog.descendants(table).filter((child) => context.effects.locks.some((lock) => lock.relation === child));
    if (children.length === 0) return null;
    return briefLock(
      context,
      table,
      `Reads and writes of ${children.map(shown).join(', ')} wait as well while ${shown(table)} gets its constraint.`,
    );
  },
  setup: 'CREATE TABLE base (id bigint); CREATE TABLE derived () INHERITS (base); CREATE TABLE alone (id bigint);',
  bad: [{ sql: 'ALTER TABLE base ADD CONSTRAINT none CHECK (id > 0) NO INHERIT NOT VALID;', versions: [18, 18] }],
  good: [
    { sql: 'ALTER TABLE alone ADD CONSTRAINT none CHECK (id > 0) NO INHERIT NOT VALID;' },
    { sql: 'ALTER TABLE base ADD CONSTRAINT none CHECK (id > 0) NO INHERIT NOT VALID;', versions: [14, 17] },
  ],
});
