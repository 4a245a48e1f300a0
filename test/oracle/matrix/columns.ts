import type { Shape } from '../types.js';

const types = [
  'int',
  'bigint',
  'text',
  'varchar(40)',
  'numeric(8,3)',
  'timestamptz',
  'date',
  'uuid',
  'jsonb',
  'boolean',
  'int[]',
  'mood',
  'bytea',
  'interval',
  'inet',
  'double precision',
  'serial',
  'bigserial',
];
const values: Record<string, string[]> = {
  int: ['5', 'NULL', '(random() * 10)::int', "nextval('sq')", '1 + 2', 'length(current_user)'],
  bigint: ['0', "nextval('sq')"],
  text: ["'x'", "''", 'current_user', 'md5(random()::text)', "md5('x')", "upper('x') || 'y'", 'clock_timestamp()::text', 'now()::text'],
  'varchar(40)': ["'x'"],
  'numeric(8,3)': ['0.5', 'random()::numeric'],
  timestamptz: [
    'now()',
    'CURRENT_TIMESTAMP',
    'clock_timestamp()',
    'statement_timestamp()',
    'transaction_timestamp()',
    "'2024-01-01'",
    "now() + interval '1 day'",
    'timeofday()::timestamptz',
  ],
  date: ['CURRENT_DATE', "'today'", "date '2024-01-01'"],
  uuid: ['gen_random_uuid()', "'00000000-0000-0000-0000-000000000000'"],
  jsonb: ["'{}'", "'[]'::jsonb", 'jsonb_build_object()', 'to_jsonb(now())'],
  boolean: ['false', 'true', '(random() > 0.5)'],
  'int[]': ["'{}'", 'ARRAY[1, 2]', 'ARRAY[(random() * 5)::int]'],
  mood: ["'ok'"],
  interval: ["'1 day'"],
  inet: ['inet_client_addr()', "'10.0.0.1'"],
};

const plain: Shape[] = types.flatMap((type, position) => [
  { id: `column-${position}`, setup: '', sql: `ALTER TABLE t ADD COLUMN x ${type}` },
  { id: `column-${position}-quoted`, setup: '', sql: `ALTER TABLE public."t" ADD COLUMN "X y" ${type}` },
  { id: `column-${position}-partitioned`, setup: '', sql: `ALTER TABLE pt ADD COLUMN x ${type}` },
]);

const defaults: Shape[] = Object.entries(values).flatMap(([type, list]) =>
  list.flatMap((value, position) => [
    { id: `default-${type}-${position}`, setup: '', sql: `ALTER TABLE t ADD COLUMN x ${type} DEFAULT ${value}` },
    ...(value === 'NULL' || value === 'inet_client_addr()'
      ? []
      : [{ id: `default-${type}-${position}-not-null`, setup: '', sql: `ALTER TABLE t ADD COLUMN x ${type} NOT NULL DEFAULT ${value}` }]),
    { id: `default-${type}-${position}-partitioned`, setup: '', sql: `ALTER TABLE pt ADD COLUMN x ${type} DEFAULT ${value}` },
  ]),
);

const written = [
  'UNIQUE',
  'CHECK (x IS NULL OR x >= 0)',
  'REFERENCES parent',
  'REFERENCES parent (id) ON DELETE CASCADE',
  'REFERENCES t',
  'CONSTRAINT named UNIQUE',
  'CHECK (true) NO INHERIT',
  'UNIQUE DEFERRABLE INITIALLY DEFERRED',
  'REFERENCES parent DEFERRABLE',
  'CHECK (x <> a)',
  'UNIQUE REFERENCES parent',
  'UNIQUE CHECK (x > 0)',
];
const constrained: Shape[] = written.flatMap((constraint, position) => [
  { id: `constrained-${position}`, setup: '', sql: `ALTER TABLE t ADD COLUMN x int ${constraint}` },
  ...(/UNIQUE/.test(constraint)
    ? []
    : [
        {
          id: `constrained-${position}-default`,
          setup: '',
          sql: `ALTER TABLE t ADD COLUMN x int DEFAULT 1 ${constraint.replace('x <> a', 'x <> -a')}`,
        },
      ]),
  {
    id: `constrained-${position}-exists`,
    setup: '',
    sql: `ALTER TABLE t ADD COLUMN IF NOT EXISTS a int ${constraint.replace('x <> a', 'a > 0').replaceAll('x ', 'a ')}`,
  },
]);

const commands = [
  'ALTER COLUMN a SET NOT NULL',
  'ALTER COLUMN a DROP NOT NULL',
  'ALTER COLUMN a SET DEFAULT 5',
  "ALTER COLUMN a SET DEFAULT nextval('sq')",
  'ALTER COLUMN a DROP DEFAULT',
  'ALTER COLUMN a SET STATISTICS 100',
  'ALTER COLUMN b SET STORAGE MAIN',
  'RENAME COLUMN a TO aa',
  'DROP COLUMN a',
  'DROP COLUMN IF EXISTS nothing',
  'DROP COLUMN b',
  'DROP COLUMN parent_id',
  'DROP COLUMN e, DROP COLUMN d',
  'ADD CONSTRAINT k CHECK (a > 0)',
  'ADD CONSTRAINT k CHECK (a > 0) NOT VALID',
  'ADD CONSTRAINT k UNIQUE (a)',
  'ADD CONSTRAINT k UNIQUE (a, b)',
  'ADD CONSTRAINT k UNIQUE (a) INCLUDE (b)',
  'ADD UNIQUE (a)',
  'ADD CHECK (a > 0)',
  'ADD FOREIGN KEY (a) REFERENCES t (id)',
  'ADD FOREIGN KEY (id) REFERENCES t',
  'ADD FOREIGN KEY (parent_id) REFERENCES parent NOT VALID',
  'DROP CONSTRAINT t_parent_fk',
  'RENAME CONSTRAINT t_parent_fk TO x',
  'DISABLE TRIGGER USER',
  'ENABLE TRIGGER ALL',
  'ENABLE ROW LEVEL SECURITY',
  'NO FORCE ROW LEVEL SECURITY',
  'SET (fillfactor = 50)',
  'SET (autovacuum_enabled = off)',
  'SET (autovacuum_vacuum_scale_factor = 0.1, parallel_workers = 2)',
  'SET (toast_tuple_target = 256)',
  'CLUSTER ON t_a_idx',
  'REPLICA IDENTITY FULL',
  'REPLICA IDENTITY NOTHING',
  'REPLICA IDENTITY USING INDEX t_pkey',
  'OWNER TO CURRENT_USER',
];
const pairs: Shape[] = commands.flatMap((command, position) => {
  const own: Shape = { id: `command-${position}`, setup: '', sql: `ALTER TABLE t ${command}` };
  const other = commands[(position * 7 + 3) % commands.length]!;
  const isAlone = (text: string): boolean => /RENAME/.test(text);
  const clash = /DROP COLUMN/.test(command + other) || isAlone(command) || isAlone(other) || command === other;
  return clash
    ? [own]
    : [
        own,
        { id: `command-${position}-pair`, setup: '', sql: `ALTER TABLE t ${command}, ${other}` },
        { id: `command-${position}-added`, setup: '', sql: `ALTER TABLE t ADD COLUMN x float DEFAULT random(), ${command}` },
      ];
});

/** Columns added and changed in many ways. */
export const columnMatrix: Shape[] = [...plain, ...defaults, ...constrained, ...pairs];
