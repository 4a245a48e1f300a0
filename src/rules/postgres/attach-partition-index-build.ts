import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { createIndexText, keyText } from '../../sql/postgres/write/index-text.js';
import { bareName, statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'indexBuild',
  severity: 'high',
  title: 'ATTACH PARTITION builds the missing indexes under its lock',
  why: 'Every index of the partitioned table that the new partition lacks is built while the partition is locked with ACCESS EXCLUSIVE.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  on: ['attachPartition'],
  check(change, context) {
    if (context.effects.error || context.effects.indexBuilds.length === 0) return null;
    const own = context.catalog.indexesOf(change.partition);
    const missing = context.catalog
      .indexesOf(change.table)
      .filter(
        (index) =>
          !own.some(
            (other) =>
              other.unique === index.unique &&
              other.keys.map(keyText).join() === index.keys.map(keyText).join() &&
              !!other.constraint === !!index.constraint,
          ),
      );
    const statements = missing.flatMap((index) => {
      const name =
        `${bareName(change.partition)}_${index.keys.map((key) => key.column ?? 'expression').join('_')}_${index.constraint ? 'key' : 'idx'}`.slice(
          0,
          60,
        );
      const kind = index.constraint ? context.catalog.constraint(change.table, index.constraint)?.kind : null;
      const build = createIndexText(index, { name, table: change.partition, concurrently: true });
      if (!kind) return [build];
      return [
        build,
        `ALTER TABLE ${change.partition} ADD CONSTRAINT ${quoteIdentifier(name)} ${kind === 'primaryKey' ? 'PRIMARY KEY' : 'UNIQUE'} USING INDEX ${quoteIdentifier(name)};`,
      ];
    });
    const hasExclusion = missing.some(
      (index) => index.constraint && context.catalog.constraint(change.table, index.constraint)?.kind === 'exclusion',
    );
    return {
      relation: change.partition,
      why: `Reads and writes of ${change.partition} wait until ${context.effects.indexBuilds.length === 1 ? 'an index is' : `${context.effects.indexBuilds.length} indexes are`} built on it.`,
      fix: {
        summary: 'Build matching indexes concurrently first; ATTACH then takes them as they are.',
        sql: statements.length > 0 && !hasExclusion ? [...statements, statementText(context)].join('\n') : null,
      },
    };
  },
  setup: `CREATE TABLE events (id bigint NOT NULL, day date NOT NULL, PRIMARY KEY (id, day)) PARTITION BY RANGE (day); CREATE INDEX events_day ON events (day);
    CREATE TABLE events_2024 (id bigint NOT NULL, day date NOT NULL);`,
  bad: [{ sql: "ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');" }],
  good: [
    {
      setup: 'ALTER TABLE events_2024 ADD PRIMARY KEY (id, day); CREATE INDEX events_2024_day ON events_2024 (day);',
      sql: "ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
    },
  ],
});
