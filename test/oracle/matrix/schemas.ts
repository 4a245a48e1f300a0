import type { Shape } from '../types.js';

const family = `
  CREATE TABLE base (id int PRIMARY KEY, a int, b text, k int NOT NULL); CREATE TABLE heir (own int) INHERITS (base); CREATE TABLE grandheir () INHERITS (heir);
  INSERT INTO base SELECT g, g, g, g FROM generate_series(1, 300) g; INSERT INTO heir SELECT g, g, g, g, g FROM generate_series(301, 600) g; INSERT INTO grandheir SELECT g, g, g, g, g FROM generate_series(601, 900) g;
  CREATE TABLE parts (id int NOT NULL, a int, b text, k int NOT NULL, PRIMARY KEY (id, k)) PARTITION BY LIST (k);
  CREATE TABLE part1 PARTITION OF parts FOR VALUES IN (1); CREATE TABLE part2 PARTITION OF parts FOR VALUES IN (2) PARTITION BY RANGE (id); CREATE TABLE part2a PARTITION OF part2 FOR VALUES FROM (0) TO (1000); CREATE TABLE partd PARTITION OF parts DEFAULT;
  INSERT INTO parts SELECT g, g, g, g % 3 + 1 FROM generate_series(1, 900) g; CREATE INDEX parts_a_idx ON parts (a);
  CREATE TABLE uses (id int, k int, r int REFERENCES parent (id)); INSERT INTO uses SELECT g, g % 3 + 1, g % 50 + 1 FROM generate_series(1, 300) g;`;

const commands = [
  'ADD COLUMN x int',
  "ADD COLUMN x text NOT NULL DEFAULT 'y'",
  'ADD COLUMN x float DEFAULT random()',
  'ADD COLUMN x int CHECK (x > 0)',
  'ADD COLUMN x timestamptz DEFAULT now()',
  'DROP COLUMN b',
  'DROP COLUMN IF EXISTS nothing',
  'RENAME COLUMN b TO bb',
  'ALTER COLUMN a SET NOT NULL',
  'ALTER COLUMN k SET NOT NULL',
  'ALTER COLUMN a SET DEFAULT 1',
  'ALTER COLUMN a DROP DEFAULT',
  'ALTER COLUMN b TYPE varchar',
  'ALTER COLUMN a TYPE bigint',
  'ALTER COLUMN a SET STATISTICS 10',
  'ALTER COLUMN b SET STORAGE EXTERNAL',
  'ADD CONSTRAINT c CHECK (a > 0)',
  'ADD CONSTRAINT c CHECK (a > 0) NOT VALID',
  'ADD CONSTRAINT c UNIQUE (id, k)',
  'ENABLE ROW LEVEL SECURITY',
  'OWNER TO CURRENT_USER',
  'RENAME TO renamed',
  'DISABLE TRIGGER ALL',
];
const tables = ['base', 'heir', 'parts', 'part1', 'part2'];
// Inherited columns of a child cannot be changed alone: those combinations are errors of another kind.
const isForbidden = (table: string, command: string): boolean =>
  ['heir', 'part1', 'part2'].includes(table) &&
  /RENAME COLUMN|DROP COLUMN b|TYPE|ADD COLUMN/.test(command) &&
  !(table === 'heir' && /ADD COLUMN/.test(command));

const alters: Shape[] = tables.flatMap((table) =>
  commands
    .filter((command) => !isForbidden(table, command))
    .map((command, position) => ({ id: `${table}-${position}`, setup: family, sql: `ALTER TABLE ${table} ${command}` })),
);

const more = [
  'CREATE INDEX ON base (a)',
  'CREATE INDEX ON heir (a)',
  'CREATE INDEX ON parts (b)',
  'CREATE INDEX x ON ONLY parts (b)',
  'CREATE UNIQUE INDEX ON parts (id, k)',
  'CREATE INDEX ON part1 (b)',
  'CREATE INDEX ON part2 (b)',
  'DROP INDEX parts_a_idx',
  'REINDEX TABLE part1',
  'REINDEX TABLE base',
  'TRUNCATE parts',
  'TRUNCATE base',
  'TRUNCATE ONLY base',
  'TRUNCATE part1',
  'DROP TABLE base CASCADE',
  'DROP TABLE grandheir',
  'DROP TABLE parts',
  'DROP TABLE part1',
  'DROP TABLE part2',
  'DROP TABLE partd',
  'DROP TABLE uses',
  'DROP TABLE uses, parts',
  'ALTER TABLE parts DETACH PARTITION part1',
  'ALTER TABLE parts DETACH PARTITION part2',
  'ALTER TABLE parts DETACH PARTITION partd',
  'CREATE TABLE part5 PARTITION OF parts FOR VALUES IN (5)',
  'CREATE TABLE part2b PARTITION OF part2 FOR VALUES FROM (1000) TO (2000)',
  'ALTER TABLE ONLY base ADD CONSTRAINT c CHECK (a > 0) NO INHERIT',
  'ALTER TABLE ONLY parts ADD COLUMN x int',
  'ALTER TABLE uses ADD FOREIGN KEY (id, k) REFERENCES parts',
  'ALTER TABLE uses ADD FOREIGN KEY (id, k) REFERENCES parts NOT VALID',
  'ALTER TABLE uses ADD FOREIGN KEY (id) REFERENCES base',
  'ALTER TABLE parts ADD FOREIGN KEY (a) REFERENCES parent NOT VALID',
  'CREATE TABLE n (id int REFERENCES base)',
  'CREATE TABLE n (LIKE base INCLUDING ALL)',
  'CREATE TABLE n () INHERITS (heir)',
  'UPDATE parts SET b = 1',
  'UPDATE base SET b = 1',
  'DELETE FROM parts',
  'DELETE FROM ONLY base',
  'INSERT INTO uses VALUES (1, 1, 1)',
  'LOCK TABLE base IN SHARE MODE',
  'LOCK TABLE parts IN EXCLUSIVE MODE',
  'COMMENT ON TABLE parts IS NULL',
  'ANALYZE parts',
  'GRANT SELECT ON parts TO PUBLIC',
  'SELECT count(*) FROM base',
  'SELECT count(*) FROM parts',
  'CREATE VIEW n AS SELECT * FROM parts',
  'CREATE STATISTICS st ON a, b FROM base',
  'ALTER TABLE parts ALTER COLUMN k TYPE bigint',
  'ALTER TABLE parts DROP COLUMN k',
  'ALTER TABLE parts ADD UNIQUE (id)',
  'CREATE UNIQUE INDEX ON parts (id)',
  'CREATE TABLE n PARTITION OF part2 DEFAULT',
  'ALTER INDEX parts_a_idx RENAME TO x',
  'ALTER INDEX part1_a_idx RENAME TO x',
  'DROP INDEX part1_a_idx',
  'ALTER INDEX parts_a_idx SET (fillfactor = 50)',
];

/** Inheritance and partitions, also nested. */
export const schemaMatrix: Shape[] = [...alters, ...more.map((sql, position) => ({ id: `family-${position}`, setup: family, sql }))];
