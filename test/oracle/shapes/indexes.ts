import type { RoleShape } from '../types.js';

const target = { target: 't' };
const partitions = { target: 'pt', partition: 'p1', otherPartition: 'p2' };

/** Indexes, and upkeep of tables. */
export const indexShapes: RoleShape[] = [
  { id: 'create-index', setup: '', sql: 'CREATE INDEX t_b_idx ON t (b)', roles: target },
  { id: 'create-index-exists', setup: '', sql: 'CREATE INDEX IF NOT EXISTS t_a_idx ON t (a)', roles: target },
  { id: 'create-index-concurrently', setup: '', sql: 'CREATE INDEX CONCURRENTLY t_b_idx ON t (b)', roles: target },
  { id: 'create-index-concurrently-exists', setup: '', sql: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS t_a_idx ON t (a)', roles: target },
  { id: 'create-index-only', setup: '', sql: 'CREATE INDEX pt_v_idx ON ONLY pt (v)', roles: partitions },
  { id: 'create-index-partitioned-concurrently', setup: '', sql: 'CREATE INDEX CONCURRENTLY pt_v_idx ON pt (v)', roles: partitions },
  { id: 'drop-index', setup: '', sql: 'DROP INDEX t_a_idx', roles: { target: 't', index: 't_a_idx' } },
  { id: 'drop-index-concurrently', setup: '', sql: 'DROP INDEX CONCURRENTLY t_a_idx', roles: { target: 't', index: 't_a_idx' } },
  {
    id: 'drop-index-partitioned',
    setup: 'CREATE INDEX pt_v_idx ON pt (v);',
    sql: 'DROP INDEX pt_v_idx',
    roles: { target: 'pt', index: 'pt_v_idx', partition: 'p1', otherPartition: 'p2' },
  },
  { id: 'rename-index', setup: '', sql: 'ALTER INDEX t_a_idx RENAME TO t_a', roles: { index: 't_a_idx', target: 't' } },
  { id: 'rename-index-via-table', setup: '', sql: 'ALTER TABLE t_a_idx RENAME TO t_a', roles: { index: 't_a_idx', target: 't' } },
  { id: 'set-index-parameters', setup: '', sql: 'ALTER INDEX t_a_idx SET (fillfactor = 70)', roles: { index: 't_a_idx', target: 't' } },
  { id: 'set-index-tablespace', setup: '', sql: 'ALTER INDEX t_a_idx SET TABLESPACE pg_default', roles: { index: 't_a_idx', target: 't' } },
  {
    id: 'attach-index',
    setup: 'CREATE INDEX pt_v ON ONLY pt (v); CREATE INDEX p1_v ON p1 (v);',
    sql: 'ALTER INDEX pt_v ATTACH PARTITION p1_v',
    roles: { target: 'pt', partition: 'p1', index: 'pt_v', child: 'p1_v' },
  },
  { id: 'reindex-index', setup: '', sql: 'REINDEX INDEX t_a_idx', roles: { target: 't', index: 't_a_idx' } },
  { id: 'reindex-index-concurrently', setup: '', sql: 'REINDEX INDEX CONCURRENTLY t_a_idx', roles: { target: 't', index: 't_a_idx' } },
  { id: 'reindex-table', setup: '', sql: 'REINDEX TABLE s', roles: { target: 's', index: 's_a_idx' } },
  { id: 'reindex-table-concurrently', setup: '', sql: 'REINDEX TABLE CONCURRENTLY s', roles: { target: 's', index: 's_a_idx' } },
  {
    id: 'reindex-partitioned',
    setup: 'CREATE INDEX pt_v_idx ON pt (v);',
    sql: 'REINDEX TABLE pt',
    roles: { target: 'pt', partition: 'p1', otherPartition: 'p2', index: 'p1_v_idx', otherIndex: 'p2_v_idx' },
  },
  {
    id: 'reindex-partitioned-concurrently',
    setup: 'CREATE INDEX pt_v_idx ON pt (v);',
    sql: 'REINDEX TABLE CONCURRENTLY pt',
    roles: { target: 'pt', partition: 'p1', otherPartition: 'p2', index: 'p1_v_idx', otherIndex: 'p2_v_idx' },
  },
  { id: 'reindex-schema', setup: 'CREATE SCHEMA empty;', sql: 'REINDEX SCHEMA empty', roles: {}, mode: 'transaction' },
  { id: 'cluster', setup: '', sql: 'CLUSTER t USING t_a_idx', roles: target },
  { id: 'cluster-on', setup: '', sql: 'ALTER TABLE t CLUSTER ON t_a_idx', roles: target },
  { id: 'cluster-off', setup: '', sql: 'ALTER TABLE t SET WITHOUT CLUSTER', roles: target },
  { id: 'vacuum', setup: '', sql: 'VACUUM t', roles: target },
  { id: 'vacuum-full', setup: '', sql: 'VACUUM FULL t', roles: target },
  { id: 'vacuum-analyze', setup: '', sql: 'VACUUM (ANALYZE) t', roles: target },
  { id: 'analyze', setup: '', sql: 'ANALYZE t', roles: target },
].map((shape) => (/^reindex-table/.test(shape.id) ? { ...shape, setup: 'CREATE INDEX s_a_idx ON s (a);' } : shape)) as RoleShape[];
