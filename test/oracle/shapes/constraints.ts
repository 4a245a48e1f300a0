import type { RoleShape } from '../types.js';

const target = { target: 't' };
const family = 'CREATE TABLE base (id int); CREATE TABLE heir () INHERITS (base); INSERT INTO base SELECT generate_series(1, 300);';
const uniqueIndex = 'CREATE UNIQUE INDEX t_a_unique ON t (a);';

/** What is done to a constraint. */
export const constraintShapes: RoleShape[] = [
  { id: 'add-check', setup: '', sql: 'ALTER TABLE t ADD CONSTRAINT a_positive CHECK (a > 0)', roles: target },
  { id: 'add-check-not-valid', setup: '', sql: 'ALTER TABLE t ADD CONSTRAINT a_positive CHECK (a > 0) NOT VALID', roles: target },
  { id: 'add-check-not-enforced', setup: '', sql: 'ALTER TABLE t ADD CONSTRAINT a_positive CHECK (a > 0) NOT ENFORCED', roles: target, versions: [18, 18] },
  { id: 'add-check-no-inherit', setup: family, sql: 'ALTER TABLE base ADD CONSTRAINT k CHECK (id > 0) NO INHERIT', roles: { target: 'base', child: 'heir' } },
  { id: 'add-check-no-inherit-not-valid', setup: family, sql: 'ALTER TABLE base ADD CONSTRAINT k CHECK (id > 0) NO INHERIT NOT VALID', roles: { target: 'base', child: 'heir' } },
  { id: 'validate-check', setup: 'ALTER TABLE t ADD CONSTRAINT a_positive CHECK (a > 0) NOT VALID', sql: 'ALTER TABLE t VALIDATE CONSTRAINT a_positive', roles: target },
  { id: 'validate-foreign-key', setup: 'ALTER TABLE s ADD CONSTRAINT s_fk FOREIGN KEY (id) REFERENCES t (id) NOT VALID', sql: 'ALTER TABLE s VALIDATE CONSTRAINT s_fk', roles: { target: 's', referenced: 't' } },
  { id: 'validate-already', setup: 'ALTER TABLE t ADD CONSTRAINT a_positive CHECK (a > 0)', sql: 'ALTER TABLE t VALIDATE CONSTRAINT a_positive', roles: target },
  { id: 'validate-not-null', setup: 'ALTER TABLE t ADD CONSTRAINT a_set NOT NULL a NOT VALID', sql: 'ALTER TABLE t VALIDATE CONSTRAINT a_set', roles: target, versions: [18, 18] },
  { id: 'validate-not-null-proven', setup: 'ALTER TABLE t ADD CONSTRAINT a_set NOT NULL a NOT VALID; ALTER TABLE t ADD CONSTRAINT a_check CHECK (a IS NOT NULL)', sql: 'ALTER TABLE t VALIDATE CONSTRAINT a_set', roles: target, versions: [18, 18] },
  { id: 'add-not-null', setup: '', sql: 'ALTER TABLE t ADD CONSTRAINT a_set NOT NULL a', roles: target, versions: [18, 18] },
  { id: 'add-not-null-not-valid', setup: '', sql: 'ALTER TABLE t ADD CONSTRAINT a_set NOT NULL a NOT VALID', roles: target, versions: [18, 18] },
  { id: 'add-not-null-proven', setup: 'ALTER TABLE t ADD CONSTRAINT a_check CHECK (a IS NOT NULL);', sql: 'ALTER TABLE t ADD CONSTRAINT a_set NOT NULL a', roles: target, versions: [18, 18] },
  { id: 'add-foreign-key', setup: '', sql: 'ALTER TABLE s ADD CONSTRAINT s_fk FOREIGN KEY (id) REFERENCES t (id)', roles: { target: 's', referenced: 't' } },
  { id: 'add-foreign-key-not-valid', setup: '', sql: 'ALTER TABLE s ADD CONSTRAINT s_fk FOREIGN KEY (id) REFERENCES t (id) NOT VALID', roles: { target: 's', referenced: 't' } },
  { id: 'add-foreign-key-not-enforced', setup: '', sql: 'ALTER TABLE s ADD CONSTRAINT s_fk FOREIGN KEY (id) REFERENCES t (id) NOT ENFORCED', roles: { target: 's', referenced: 't' }, versions: [18, 18] },
  { id: 'drop-foreign-key', setup: '', sql: 'ALTER TABLE t DROP CONSTRAINT t_parent_fk', roles: { target: 't', referenced: 'parent' } },
  { id: 'alter-foreign-key-deferrable', setup: '', sql: 'ALTER TABLE t ALTER CONSTRAINT t_parent_fk DEFERRABLE', roles: { target: 't', referenced: 'parent' } },
  { id: 'alter-foreign-key-enforced', setup: 'ALTER TABLE s ADD CONSTRAINT s_fk FOREIGN KEY (id) REFERENCES t (id) NOT ENFORCED', sql: 'ALTER TABLE s ALTER CONSTRAINT s_fk ENFORCED', roles: { target: 's', referenced: 't' }, versions: [18, 18] },
  { id: 'alter-foreign-key-not-enforced', setup: 'ALTER TABLE s ADD CONSTRAINT s_fk FOREIGN KEY (id) REFERENCES t (id)', sql: 'ALTER TABLE s ALTER CONSTRAINT s_fk NOT ENFORCED', roles: { target: 's', referenced: 't' }, versions: [18, 18] },
  { id: 'alter-not-null-inherit', setup: 'CREATE TABLE base (id int CONSTRAINT id_set NOT NULL); CREATE TABLE heir () INHERITS (base);', sql: 'ALTER TABLE base ALTER CONSTRAINT id_set NO INHERIT', roles: { target: 'base', child: 'heir' }, versions: [18, 18] },
  { id: 'add-unique', setup: '', sql: 'ALTER TABLE t ADD CONSTRAINT a_unique UNIQUE (a)', roles: target },
  { id: 'add-unique-using-index', setup: uniqueIndex, sql: 'ALTER TABLE t ADD CONSTRAINT a_unique UNIQUE USING INDEX t_a_unique', roles: target },
  { id: 'add-primary-key', setup: 'ALTER TABLE s ALTER COLUMN id SET NOT NULL;', sql: 'ALTER TABLE s ADD PRIMARY KEY (id)', roles: { target: 's' } },
  { id: 'add-primary-key-nullable', setup: '', sql: 'ALTER TABLE s ADD PRIMARY KEY (id)', roles: { target: 's' } },
  { id: 'add-primary-key-using-index', setup: 'ALTER TABLE s ALTER COLUMN id SET NOT NULL; CREATE UNIQUE INDEX s_id ON s (id);', sql: 'ALTER TABLE s ADD PRIMARY KEY USING INDEX s_id', roles: { target: 's' } },
  { id: 'add-primary-key-using-index-nullable', setup: 'CREATE UNIQUE INDEX s_id ON s (id);', sql: 'ALTER TABLE s ADD PRIMARY KEY USING INDEX s_id', roles: { target: 's' } },
  { id: 'add-primary-key-using-index-proven', setup: 'CREATE UNIQUE INDEX s_id ON s (id); ALTER TABLE s ADD CONSTRAINT id_set CHECK (id IS NOT NULL);', sql: 'ALTER TABLE s ADD PRIMARY KEY USING INDEX s_id', roles: { target: 's' } },
  { id: 'add-exclusion', setup: '', sql: 'ALTER TABLE t ADD CONSTRAINT b_exclusion EXCLUDE USING btree (b WITH =)', roles: target },
  { id: 'add-key-inherited', setup: family, sql: 'ALTER TABLE base ADD UNIQUE (id)', roles: { target: 'base', child: 'heir' } },
  { id: 'add-key-partition', setup: '', sql: 'ALTER TABLE pt ADD CONSTRAINT pt_unique UNIQUE (k)', roles: { target: 'pt', partition: 'p1', otherPartition: 'p2' } },
  { id: 'drop-check', setup: 'ALTER TABLE t ADD CONSTRAINT a_positive CHECK (a > 0)', sql: 'ALTER TABLE t DROP CONSTRAINT a_positive', roles: target },
  { id: 'drop-key', setup: 'ALTER TABLE t ADD CONSTRAINT a_unique UNIQUE (a)', sql: 'ALTER TABLE t DROP CONSTRAINT a_unique', roles: target },
  { id: 'drop-key-cascade', setup: '', sql: 'ALTER TABLE parent DROP CONSTRAINT parent_pkey CASCADE', roles: { target: 'parent', referencing: 't' } },
  { id: 'drop-constraint-missing', setup: '', sql: 'ALTER TABLE t DROP CONSTRAINT IF EXISTS nothing', roles: target },
  { id: 'rename-constraint', setup: '', sql: 'ALTER TABLE t RENAME CONSTRAINT t_parent_fk TO t_parent', roles: target },
  { id: 'rename-key', setup: '', sql: 'ALTER TABLE t RENAME CONSTRAINT t_pkey TO t_key', roles: target },
];
