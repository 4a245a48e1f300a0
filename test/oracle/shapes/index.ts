/** All shapes that are measured. */
import type { RoleShape } from '../types.js';

const table = { target: 't' };

export const shapes: RoleShape[] = [
  { id: 'add-column', setup: '', sql: 'ALTER TABLE t ADD COLUMN x int', roles: table },
  { id: 'add-column-default-volatile', setup: '', sql: 'ALTER TABLE t ADD COLUMN x float DEFAULT random()', roles: table },
  { id: 'add-column-references', setup: '', sql: 'ALTER TABLE t ADD COLUMN x int REFERENCES parent', roles: { target: 't', referenced: 'parent' } },
  { id: 'add-column-unique', setup: '', sql: 'ALTER TABLE t ADD COLUMN x int UNIQUE', roles: table },
  { id: 'add-check', setup: '', sql: 'ALTER TABLE t ADD CONSTRAINT a_positive CHECK (a > 0)', roles: table },
  { id: 'add-check-not-valid', setup: '', sql: 'ALTER TABLE t ADD CONSTRAINT a_positive CHECK (a > 0) NOT VALID', roles: table },
  { id: 'validate-check', setup: 'ALTER TABLE t ADD CONSTRAINT a_positive CHECK (a > 0) NOT VALID', sql: 'ALTER TABLE t VALIDATE CONSTRAINT a_positive', roles: table },
  { id: 'add-foreign-key', setup: '', sql: 'ALTER TABLE s ADD CONSTRAINT s_fk FOREIGN KEY (id) REFERENCES t (id)', roles: { target: 's', referenced: 't' } },
  { id: 'drop-foreign-key', setup: '', sql: 'ALTER TABLE t DROP CONSTRAINT t_parent_fk', roles: { target: 't', referenced: 'parent' } },
  { id: 'drop-table', setup: '', sql: 'DROP TABLE child', roles: { target: 'child', referenced: 't' } },
  { id: 'set-not-null', setup: '', sql: 'ALTER TABLE t ALTER COLUMN a SET NOT NULL', roles: table },
  { id: 'alter-type-rewrite', setup: '', sql: 'ALTER TABLE t ALTER COLUMN a TYPE bigint', roles: table },
  { id: 'alter-type-widen-varchar', setup: '', sql: 'ALTER TABLE t ALTER COLUMN c TYPE varchar(80)', roles: table },
  { id: 'create-index', setup: '', sql: 'CREATE INDEX t_b_idx ON t (b)', roles: table },
  { id: 'create-index-concurrently', setup: '', sql: 'CREATE INDEX CONCURRENTLY t_b_idx ON t (b)', roles: table },
  { id: 'drop-index', setup: '', sql: 'DROP INDEX t_a_idx', roles: { target: 't', index: 't_a_idx' } },
  { id: 'drop-index-concurrently', setup: '', sql: 'DROP INDEX CONCURRENTLY t_a_idx', roles: { target: 't', index: 't_a_idx' } },
  { id: 'reindex-index', setup: '', sql: 'REINDEX INDEX t_a_idx', roles: { target: 't', index: 't_a_idx' } },
  { id: 'reindex-table-concurrently', setup: '', sql: 'REINDEX TABLE CONCURRENTLY t', roles: table },
  { id: 'truncate', setup: '', sql: 'TRUNCATE child', roles: { target: 'child' } },
  { id: 'update-all', setup: '', sql: "UPDATE t SET b = 'x'", roles: table },
  { id: 'delete-one', setup: '', sql: 'DELETE FROM t WHERE id = 1', roles: { target: 't', referencing: 'child', referenced: 'parent' } },
  { id: 'vacuum', setup: '', sql: 'VACUUM t', roles: table },
  { id: 'vacuum-full', setup: '', sql: 'VACUUM FULL t', roles: table },
  { id: 'attach-partition', setup: '', sql: 'ALTER TABLE pt ATTACH PARTITION loose FOR VALUES FROM (200) TO (300)', roles: { target: 'pt', partition: 'loose' } },
  { id: 'detach-partition', setup: '', sql: 'ALTER TABLE pt DETACH PARTITION p2', roles: { target: 'pt', partition: 'p2' } },
  { id: 'detach-partition-concurrently', setup: '', sql: 'ALTER TABLE pt DETACH PARTITION p2 CONCURRENTLY', roles: { target: 'pt', partition: 'p2' } },
  { id: 'refresh-materialized-view', setup: '', sql: 'REFRESH MATERIALIZED VIEW mv', roles: { target: 'mv', source: 'vt' } },
  { id: 'alter-sequence', setup: '', sql: 'ALTER SEQUENCE sq RESTART', roles: { target: 'sq' } },
];
