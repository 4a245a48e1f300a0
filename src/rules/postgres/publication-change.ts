import { defineRule } from '../rule.js';
import { listed, statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'compatibility',
  severity: 'high',
  title: 'Publication changed: updates may fail, or subscribers miss rows',
  why: 'A published table without a replica identity refuses UPDATE and DELETE; a table taken out of a publication silently stays behind on its subscribers.',
  source: 'https://www.postgresql.org/docs/current/logical-replication-publication.html#LOGICAL-REPLICATION-PUBLICATION-REPLICA-IDENTITY',
  on: ['createPublication', 'alterPublication'],
  check(change, context) {
    if (context.effects.error) return null;
    if (change.kind === 'alterPublication' && (change.action === 'drop' || change.action === 'set')) {
      const kept = change.action === 'set' ? change.tables : [];
      const lost =
        change.action === 'drop'
          ? change.tables
          : [...(context.catalog.publications.get(change.publication)?.tables ?? [])].filter((table) => !kept.includes(table));
      if (lost.length > 0)
        return {
          relation: lost[0],
          severity: 'medium',
          why: `Subscribers of ${change.publication} no longer get changes of ${listed(lost)}, without an error on either side.`,
          fix: { summary: 'Take the table out on the subscribers first.', sql: null },
        };
    }
    const all = change.kind === 'createPublication' && change.allTables;
    const tables = all
      ? [...context.catalog.relations.values()].filter((relation) => relation.kind === 'table').map((relation) => relation.name)
      : change.tables;
    const unidentified = tables.filter((table) => {
      const relation = context.relation(table);
      if (!relation?.known || relation.replicaIdentity === 'full' || relation.replicaIdentity === 'index') return false;
      return (
        relation.replicaIdentity === 'nothing' || ![...relation.constraints.values()].some((constraint) => constraint.kind === 'primaryKey')
      );
    });
    if (unidentified.length === 0) return null;
    return {
      relation: unidentified[0],
      why: `Every UPDATE and DELETE of ${listed(unidentified)} fails with 55000 once it is published: it has neither a primary key nor another replica identity.`,
      fix: {
        summary: 'Give the tables a primary key first; REPLICA IDENTITY FULL is the slow way out.',
        sql: `${unidentified.map((table) => `ALTER TABLE ${table} REPLICA IDENTITY FULL;`).join('\n')}\n${statementText(context)}`,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY); CREATE TABLE logs (note text);',
  bad: [
    { sql: 'CREATE PUBLICATION changes FOR TABLE orders, logs;' },
    { sql: 'CREATE PUBLICATION changes FOR ALL TABLES;' },
    { setup: 'CREATE PUBLICATION feed FOR TABLE orders;', sql: 'ALTER PUBLICATION feed DROP TABLE orders;' },
  ],
  good: [{ sql: 'CREATE PUBLICATION changes FOR TABLE orders;' }],
});
