/** Every intent, the plain change that it stands for, and in what its end may differ. */
import type { PlanChange } from '../../../src/core/plan-change.js';

export interface PlanCase {
  name: string;
  change: PlanChange;
  way?: string;
  /** Plain SQL that leads to the same schema. */
  naive: string[];
  /** Objects (`kind name`) in which the end may differ, as the plan itself says; a prefix. */
  differs?: string[];
  /** `direct`: the plan is one harmless file. */
  direct?: boolean;
  /** Objects that the way back does not give back, as its note says; a prefix. */
  lost?: string[];
  versions?: [number, number];
  /** Changes of rows before the plan, where its limits ask for them. */
  prepare?: string[];
}

const users = 'users';
const orders = 'orders';

export const planCases: PlanCase[] = [
  {
    name: 'column, nullable',
    change: { kind: 'addColumn', table: users, column: 'nick', type: 'text' },
    naive: ['ALTER TABLE users ADD COLUMN nick text'],
    direct: true,
  },
  {
    name: 'column, constant default',
    change: { kind: 'addColumn', table: users, column: 'rank', type: 'integer', notNull: true, default: '1' },
    naive: ['ALTER TABLE users ADD COLUMN rank integer NOT NULL DEFAULT 1'],
    direct: true,
  },
  {
    name: 'column, now()',
    change: { kind: 'addColumn', table: users, column: 'seen', type: 'timestamptz', notNull: true, default: 'now()' },
    naive: ['ALTER TABLE users ADD COLUMN seen timestamptz NOT NULL DEFAULT now()'],
    direct: true,
  },
  {
    name: 'column, volatile default',
    change: { kind: 'addColumn', table: users, column: 'token', type: 'uuid', notNull: true, default: 'gen_random_uuid()' },
    naive: ['ALTER TABLE users ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid()'],
  },
  {
    name: 'column, volatile default, no key',
    change: { kind: 'addColumn', table: 'log', column: 'token', type: 'uuid', default: 'gen_random_uuid()' },
    naive: ['ALTER TABLE log ADD COLUMN token uuid DEFAULT gen_random_uuid()'],
  },
  {
    name: 'column, identity',
    change: { kind: 'addColumn', table: 'tenants', column: 'number', type: 'bigint', notNull: true, identity: 'always' },
    naive: ['ALTER TABLE tenants ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY NOT NULL'],
  },
  {
    name: 'column, serial',
    change: { kind: 'addColumn', table: 'tenants', column: 'number', type: 'serial' },
    naive: ['ALTER TABLE tenants ADD COLUMN number serial'],
  },
  {
    name: 'column, stored',
    change: { kind: 'addColumn', table: orders, column: 'double', type: 'integer', generated: 'amount * 2' },
    naive: ['ALTER TABLE orders ADD COLUMN double integer GENERATED ALWAYS AS (amount * 2) STORED'],
    differs: ['column public.orders.double', 'function public.zz_', 'trigger public.orders.zz_'],
  },
  {
    name: 'column, virtual',
    change: { kind: 'addColumn', table: orders, column: 'double', type: 'integer', generated: 'amount * 2', stored: false },
    naive: ['ALTER TABLE orders ADD COLUMN double integer GENERATED ALWAYS AS (amount * 2) VIRTUAL'],
    versions: [18, 18],
    direct: true,
  },
  {
    name: 'drop column',
    change: { kind: 'dropColumn', table: users, column: 'legacy' },
    naive: ['ALTER TABLE users DROP COLUMN legacy'],
    lost: ['column public.users.legacy'],
  },
  {
    name: 'drop column with unique',
    change: { kind: 'dropColumn', table: orders, column: 'code' },
    naive: ['ALTER TABLE orders DROP COLUMN code'],
    lost: ['constraint public.orders.orders_code_key'],
  },
  {
    name: 'rename column',
    change: { kind: 'renameColumn', table: users, column: 'name', to: 'full_name' },
    naive: ['ALTER TABLE users RENAME COLUMN name TO full_name'],
  },
  {
    name: 'rename key column',
    change: { kind: 'renameColumn', table: orders, column: 'user_id', to: 'customer_id' },
    naive: ['ALTER TABLE orders RENAME COLUMN user_id TO customer_id'],
  },
  {
    name: 'rename viewed column',
    change: { kind: 'renameColumn', table: orders, column: 'amount', to: 'cents' },
    naive: ['ALTER TABLE orders RENAME COLUMN amount TO cents'],
  },
  {
    name: 'widen varchar',
    change: { kind: 'changeType', table: users, column: 'email', type: 'text' },
    naive: ['ALTER TABLE users ALTER COLUMN email TYPE text'],
    direct: false,
  },
  {
    name: 'widen plain varchar',
    change: { kind: 'changeType', table: orders, column: 'code', type: 'varchar(40)' },
    naive: ['ALTER TABLE orders ALTER COLUMN code TYPE varchar(40)'],
    direct: true,
  },
  {
    name: 'narrow varchar',
    change: { kind: 'changeType', table: orders, column: 'code', type: 'varchar(10)' },
    naive: ['ALTER TABLE orders ALTER COLUMN code TYPE varchar(10)'],
  },
  {
    name: 'int to bigint on an identity key',
    change: { kind: 'changeType', table: users, column: 'id', type: 'bigint' },
    naive: ['ALTER TABLE users ALTER COLUMN id TYPE bigint'],
  },
  {
    name: 'int to bigint on a serial key',
    change: { kind: 'changeType', table: orders, column: 'id', type: 'bigint' },
    naive: [
      'DROP VIEW big_orders, order_amounts',
      'ALTER TABLE orders ALTER COLUMN id TYPE bigint',
      'ALTER SEQUENCE orders_id_seq AS bigint',
      'CREATE VIEW order_amounts AS SELECT id, amount FROM orders',
      'CREATE VIEW big_orders AS SELECT id FROM order_amounts WHERE amount > 5',
      'GRANT SELECT ON order_amounts TO planreader',
    ],
  },
  {
    name: 'int to bigint on a referring column',
    change: { kind: 'changeType', table: orders, column: 'user_id', type: 'bigint' },
    naive: ['ALTER TABLE orders ALTER COLUMN user_id TYPE bigint'],
  },
  {
    name: 'int to numeric under a view',
    change: { kind: 'changeType', table: orders, column: 'amount', type: 'numeric(12,2)' },
    naive: [
      'DROP VIEW big_orders, order_amounts',
      'ALTER TABLE orders ALTER COLUMN amount TYPE numeric(12,2)',
      'CREATE VIEW order_amounts AS SELECT id, amount FROM orders',
      'CREATE VIEW big_orders AS SELECT id FROM order_amounts WHERE amount > 5',
      'GRANT SELECT ON order_amounts TO planreader',
    ],
  },
  {
    name: 'timestamp to timestamptz in UTC',
    change: { kind: 'changeType', table: users, column: 'joined', type: 'timestamptz' },
    way: 'utc',
    naive: ["SET timezone = 'UTC'", 'ALTER TABLE users ALTER COLUMN joined TYPE timestamptz'],
    direct: true,
  },
  {
    name: 'timestamp to timestamptz elsewhere',
    change: {
      kind: 'changeType',
      table: users,
      column: 'joined',
      type: 'timestamptz',
      using: "joined AT TIME ZONE 'Europe/Paris'",
      back: "joined AT TIME ZONE 'Europe/Paris'",
    },
    naive: ["ALTER TABLE users ALTER COLUMN joined TYPE timestamptz USING joined AT TIME ZONE 'Europe/Paris'"],
  },
  {
    name: 'text to enum',
    change: { kind: 'changeType', table: users, column: 'level', type: 'mood', using: 'level::mood' },
    naive: [
      'ALTER TABLE users ALTER COLUMN level DROP DEFAULT',
      'ALTER TABLE users ALTER COLUMN level TYPE mood USING level::mood',
      "ALTER TABLE users ALTER COLUMN level SET DEFAULT 'ok'",
    ],
  },
  {
    name: 'set not null',
    change: { kind: 'setNotNull', table: orders, column: 'note' },
    naive: ['ALTER TABLE orders ALTER COLUMN note SET NOT NULL'],
  },
  {
    name: 'set not null, filled',
    change: { kind: 'setNotNull', table: orders, column: 'payload', fill: "''" },
    naive: ["UPDATE orders SET payload = ''", 'ALTER TABLE orders ALTER COLUMN payload SET NOT NULL'],
  },
  {
    name: 'drop not null',
    change: { kind: 'dropNotNull', table: users, column: 'legacy' },
    naive: ['ALTER TABLE users ALTER COLUMN legacy DROP NOT NULL'],
    direct: true,
  },
  {
    name: 'set default',
    change: { kind: 'setDefault', table: orders, column: 'note', default: "'-'" },
    naive: ["ALTER TABLE orders ALTER COLUMN note SET DEFAULT '-'"],
    direct: true,
  },
  {
    name: 'drop default',
    change: { kind: 'dropDefault', table: users, column: 'name' },
    naive: ['ALTER TABLE users ALTER COLUMN name DROP DEFAULT'],
  },
  {
    name: 'index',
    change: { kind: 'addIndex', table: orders, columns: ['note', 'amount DESC'], where: 'amount > 3', name: 'orders_note_idx' },
    naive: ['CREATE INDEX orders_note_idx ON orders (note, amount DESC) WHERE amount > 3'],
  },
  {
    name: 'index without a name',
    change: { kind: 'addIndex', table: orders, columns: ['lower(note)'], include: ['amount'] },
    naive: ['CREATE INDEX ON orders (lower(note)) INCLUDE (amount)'],
  },
  {
    name: 'unique index',
    change: { kind: 'addIndex', table: orders, columns: ['buyer'], unique: true },
    naive: ['CREATE UNIQUE INDEX ON orders (buyer)'],
  },
  {
    name: 'index on a partitioned table',
    change: { kind: 'addIndex', table: 'measures', columns: ['value'], name: 'measures_value_idx' },
    naive: ['CREATE INDEX measures_value_idx ON measures (value)'],
  },
  { name: 'drop index', change: { kind: 'dropIndex', index: 'orders_amount_idx' }, naive: ['DROP INDEX orders_amount_idx'] },
  {
    name: 'unique constraint',
    change: { kind: 'addUnique', table: orders, columns: ['buyer'] },
    naive: ['ALTER TABLE orders ADD UNIQUE (buyer)'],
  },
  {
    name: 'primary key',
    change: { kind: 'addPrimaryKey', table: 'bookings', columns: ['room'] },
    naive: ['ALTER TABLE bookings ADD PRIMARY KEY (room)'],
  },
  {
    name: 'foreign key',
    change: { kind: 'addForeignKey', table: orders, columns: ['buyer'], references: 'events', onDelete: 'set null' },
    prepare: ['DELETE FROM orders WHERE buyer > 30'],
    naive: ['DELETE FROM orders WHERE buyer > 30', 'ALTER TABLE orders ADD FOREIGN KEY (buyer) REFERENCES events ON DELETE SET NULL'],
  },
  {
    name: 'foreign key of a partitioned table',
    change: { kind: 'addForeignKey', table: 'measures', columns: ['id'], references: 'events', name: 'measures_event' },
    naive: ['ALTER TABLE measures ADD CONSTRAINT measures_event FOREIGN KEY (id) REFERENCES events'],
  },
  {
    name: 'check',
    change: { kind: 'addCheck', table: orders, expression: "note <> ''" },
    naive: ["ALTER TABLE orders ADD CHECK (note <> '')"],
  },
  {
    name: 'exclusion',
    change: { kind: 'addExclusion', table: 'bookings', name: 'no_overlap', definition: 'USING gist (room WITH =, during WITH &&)' },
    naive: ['ALTER TABLE bookings ADD CONSTRAINT no_overlap EXCLUDE USING gist (room WITH =, during WITH &&)'],
  },
  {
    name: 'drop check',
    change: { kind: 'dropConstraint', table: orders, name: 'amount_there' },
    naive: ['ALTER TABLE orders DROP CONSTRAINT amount_there'],
    direct: true,
  },
  {
    name: 'drop foreign key',
    change: { kind: 'dropConstraint', table: orders, name: 'orders_user_id_fkey' },
    naive: ['ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey'],
    direct: true,
  },
  {
    name: 'drop unique',
    change: { kind: 'dropConstraint', table: orders, name: 'orders_code_key' },
    naive: ['ALTER TABLE orders DROP CONSTRAINT orders_code_key'],
  },
  { name: 'rename table', change: { kind: 'renameTable', table: users, to: 'people' }, naive: ['ALTER TABLE users RENAME TO people'] },
  {
    name: 'move table',
    change: { kind: 'moveTable', table: 'events', schema: 'archive' },
    naive: ['ALTER TABLE events SET SCHEMA archive'],
  },
  {
    name: 'drop table',
    change: { kind: 'dropTable', table: 'items' },
    naive: ['DROP TABLE items'],
    lost: ['table public.items', 'grant', 'constraint public.items'],
  },
  {
    name: 'split table',
    change: { kind: 'splitTable', table: 'tenants', columns: ['owner'], to: 'tenant_owners' },
    naive: [
      'CREATE TABLE tenant_owners (id bigint NOT NULL PRIMARY KEY REFERENCES tenants ON DELETE CASCADE, owner text)',
      'ALTER TABLE tenants DROP COLUMN owner',
    ],
  },
  {
    name: 'partition table',
    change: {
      kind: 'partitionTable',
      table: 'events',
      strategy: 'range',
      column: 'day',
      present: "FROM ('2026-01-01') TO ('2027-01-01')",
      partitions: [{ name: 'events_2027', bound: "FROM ('2027-01-01') TO ('2028-01-01')" }],
    },
    naive: [
      'ALTER TABLE events RENAME TO events_present',
      'ALTER INDEX events_body_idx RENAME TO events_body_idx_present',
      'ALTER TABLE events_present RENAME CONSTRAINT events_pkey TO events_present_old',
      'CREATE TABLE events (LIKE events_present INCLUDING DEFAULTS) PARTITION BY RANGE (day)',
      'ALTER TABLE events_present DROP CONSTRAINT events_present_old',
      'ALTER TABLE events_present ADD PRIMARY KEY (id, day)',
      'ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY (id, day)',
      'CREATE INDEX events_body_idx ON events (body)',
      "ALTER TABLE events ATTACH PARTITION events_present FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
      "CREATE TABLE events_2027 PARTITION OF events FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')",
      'ALTER SEQUENCE events_id_seq OWNED BY events.id',
    ],
  },
  {
    name: 'detach partition',
    change: { kind: 'detachPartition', table: 'measures', partition: 'measures_2025' },
    naive: ['ALTER TABLE measures DETACH PARTITION measures_2025'],
    differs: ['constraint public.measures_2025.'],
    lost: ['constraint public.measures_2025.'],
  },
  {
    name: 'add enum value',
    change: { kind: 'addEnumValue', type: 'mood', value: 'great', after: 'happy' },
    naive: ["ALTER TYPE mood ADD VALUE 'great' AFTER 'happy'"],
    lost: ['enum public.mood'],
  },
  {
    name: 'rename enum value',
    change: { kind: 'renameEnumValue', type: 'mood', value: 'sad', to: 'blue' },
    naive: ["ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'"],
    differs: ['enum public.mood', 'constraint public.users.users_feeling_check'],
    lost: ['enum public.mood', 'constraint public.users.users_feeling_check'],
  },
  {
    name: 'rename enum value at once',
    change: { kind: 'renameEnumValue', type: 'mood', value: 'sad', to: 'blue' },
    way: 'at-once',
    naive: ["ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'"],
  },
  {
    name: 'remove enum value',
    change: { kind: 'removeEnumValue', type: 'mood', value: 'sad', replacement: 'ok' },
    naive: [],
    differs: ['constraint public.users.users_feeling_check'],
  },
  {
    name: 'add trigger',
    change: {
      kind: 'setTrigger',
      table: 'tenants',
      function: 'CREATE FUNCTION tidy() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.owner := trim(NEW.owner); RETURN NEW; END $$',
      trigger: 'CREATE TRIGGER tidy BEFORE INSERT ON tenants FOR EACH ROW EXECUTE FUNCTION tidy()',
    },
    naive: [
      'CREATE FUNCTION tidy() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.owner := trim(NEW.owner); RETURN NEW; END $$',
      'CREATE TRIGGER tidy BEFORE INSERT ON tenants FOR EACH ROW EXECUTE FUNCTION tidy()',
    ],
    direct: true,
  },
  {
    name: 'change trigger',
    change: {
      kind: 'setTrigger',
      table: orders,
      function: 'CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := lower(NEW.note); RETURN NEW; END $$',
      trigger: 'CREATE TRIGGER shout BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION shout()',
    },
    naive: [
      'CREATE OR REPLACE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := lower(NEW.note); RETURN NEW; END $$',
      'DROP TRIGGER shout ON orders',
      'CREATE TRIGGER shout BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION shout()',
    ],
    direct: true,
  },
  {
    name: 'change view',
    change: { kind: 'changeView', view: 'order_amounts', query: 'SELECT amount, id, code FROM orders' },
    naive: [
      'DROP VIEW big_orders, order_amounts',
      'CREATE VIEW order_amounts AS SELECT amount, id, code FROM orders',
      'GRANT SELECT ON order_amounts TO planreader',
      'CREATE VIEW big_orders AS SELECT id FROM order_amounts WHERE amount > 5',
    ],
  },
  {
    name: 'extend view',
    change: { kind: 'changeView', view: 'order_amounts', query: 'SELECT id, amount, code FROM orders' },
    way: 'replace',
    naive: ['CREATE OR REPLACE VIEW order_amounts AS SELECT id, amount, code FROM orders'],
    direct: true,
  },
  {
    name: 'row level security',
    change: {
      kind: 'enableRowSecurity',
      table: 'tenants',
      policies: ['CREATE POLICY own ON tenants USING (owner = current_user)'],
      force: true,
    },
    naive: [
      'CREATE POLICY own ON tenants USING (owner = current_user)',
      'ALTER TABLE tenants ENABLE ROW LEVEL SECURITY',
      'ALTER TABLE tenants FORCE ROW LEVEL SECURITY',
    ],
  },
  { name: 'backfill', change: { kind: 'backfill', table: 'items', set: { price: '0' }, where: 'price < 5' }, naive: [] },
  {
    name: 'backfill from itself',
    change: { kind: 'backfill', table: users, set: { level: 'upper(level)' } },
    way: 'repeatable',
    naive: [],
  },
  { name: 'backfill without a key', change: { kind: 'backfill', table: 'log', set: { body: "'none'" } }, naive: [] },
  { name: 'delete in bulk', change: { kind: 'deleteRows', table: orders, where: 'amount < 20' }, naive: [] },
  { name: 'extension', change: { kind: 'createExtension', extension: 'citext' }, naive: ['CREATE EXTENSION citext'], direct: true },
  {
    name: 'sequence to bigint',
    change: { kind: 'widenSequence', sequence: 'tickets' },
    naive: ['ALTER SEQUENCE tickets AS bigint'],
    direct: true,
  },
];
