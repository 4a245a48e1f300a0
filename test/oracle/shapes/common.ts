/**
 * The schema that every shape meets. Each table has enough rows that reading it in full can be told from looking up a few; each
 * relation stands for a role that a statement may give to a relation.
 */
export const commonSetup = `
  CREATE TABLE parent (id int PRIMARY KEY, code text UNIQUE, note text);
  INSERT INTO parent SELECT n, 'code' || n, 'note' FROM generate_series(1, 60) n;

  CREATE TABLE t (id int PRIMARY KEY, parent_id int, a int, b text, c varchar(50), d numeric(10,2), e timestamp, CONSTRAINT t_parent_fk FOREIGN KEY (parent_id) REFERENCES parent (id));
  INSERT INTO t SELECT n, n % 60 + 1, n, 'b' || n, 'c' || n, n, '2024-01-01' FROM generate_series(1, 300) n;
  CREATE INDEX t_parent_id_idx ON t (parent_id);
  CREATE INDEX t_a_idx ON t (a);

  CREATE TABLE s (id int, a int, b text NOT NULL);
  INSERT INTO s SELECT n, n, 'b' || n FROM generate_series(1, 300) n;

  CREATE TABLE child (id int PRIMARY KEY, t_id int NOT NULL REFERENCES t (id) ON DELETE CASCADE);
  INSERT INTO child SELECT n, n FROM generate_series(1, 100) n;

  CREATE TABLE pt (id int NOT NULL, k int NOT NULL, v text) PARTITION BY RANGE (k);
  CREATE TABLE p1 PARTITION OF pt FOR VALUES FROM (0) TO (100);
  CREATE TABLE p2 PARTITION OF pt FOR VALUES FROM (100) TO (200);
  INSERT INTO pt SELECT n, n, 'v' || n FROM generate_series(0, 199) n;
  CREATE TABLE loose (id int NOT NULL, k int NOT NULL, v text);
  INSERT INTO loose SELECT n, n, 'v' || n FROM generate_series(200, 299) n;

  CREATE TABLE vt (id int PRIMARY KEY, a int, b text);
  INSERT INTO vt SELECT n, n, 'b' || n FROM generate_series(1, 100) n;
  CREATE VIEW v AS SELECT id, a FROM vt;
  CREATE MATERIALIZED VIEW mv AS SELECT id, a FROM vt;
  CREATE UNIQUE INDEX mv_id_idx ON mv (id);

  CREATE SEQUENCE sq;
  CREATE TYPE mood AS ENUM ('sad', 'ok');
`;
