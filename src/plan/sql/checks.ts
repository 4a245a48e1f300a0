/** Queries of one row and one column `done` that say whether a step has been done. They read system catalogs only, unless they say so. */
import { bare, beside, literal } from '../context.js';

const done = (condition: string): string => `SELECT ${condition} AS done`;
const relation = (name: string): string => `to_regclass(${literal(name)})`;

const attribute = (table: string, column: string, more = ''): string =>
  `EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = ${relation(table)} AND a.attname = ${literal(column)} AND NOT a.attisdropped${more})`;

/** The column is there. */
export const hasColumn = (table: string, column: string): string => done(attribute(table, column));
/** The column is gone, and its table still there. */
export const lacksColumn = (table: string, column: string): string =>
  done(`${relation(table)} IS NOT NULL AND NOT ${attribute(table, column)}`);
export const isNotNull = (table: string, column: string): string => done(attribute(table, column, ' AND a.attnotnull'));
export const isNullable = (table: string, column: string): string => done(attribute(table, column, ' AND NOT a.attnotnull'));
/** The column has a default. */
export const hasDefault = (table: string, column: string): string => done(attribute(table, column, ' AND a.atthasdef'));
export const lacksDefault = (table: string, column: string): string => done(attribute(table, column, ' AND NOT a.atthasdef'));
/** The column is of the type, as `format_type` spells it or as a name in SQL. */
export const hasType = (table: string, column: string, type: string): string =>
  done(attribute(table, column, ` AND a.atttypid = ${literal(type.replace(/\([\d, ]+\)/, ''))}::regtype`));

export const hasRelation = (name: string): string => done(`${relation(name)} IS NOT NULL`);
export const lacksRelation = (name: string): string => done(`${relation(name)} IS NULL`);

/** The index is there, valid and ready. */
export const hasIndex = (index: string): string =>
  done(`EXISTS (SELECT FROM pg_index i WHERE i.indexrelid = ${relation(index)} AND i.indisvalid AND i.indisready)`);

const constraint = (table: string, name: string, more = ''): string =>
  `EXISTS (SELECT FROM pg_constraint c WHERE c.conrelid = ${relation(table)} AND c.conname = ${literal(name)}${more})`;

export const hasConstraint = (table: string, name: string): string => done(constraint(table, name));
export const lacksConstraint = (table: string, name: string): string =>
  done(`${relation(table)} IS NOT NULL AND NOT ${constraint(table, name)}`);
/** The constraint is there and holds for every row. */
export const isValidated = (table: string, name: string): string => done(constraint(table, name, ' AND c.convalidated'));

const trigger = (table: string, name: string): string =>
  `EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = ${relation(table)} AND t.tgname = ${literal(name)} AND NOT t.tgisinternal)`;
export const hasTrigger = (table: string, name: string): string => done(trigger(table, name));
export const lacksTrigger = (table: string, name: string): string => done(`NOT ${trigger(table, name)}`);

const label = (type: string, value: string): string =>
  `EXISTS (SELECT FROM pg_enum e WHERE e.enumtypid = to_regtype(${literal(type)}) AND e.enumlabel = ${literal(value)})`;
export const hasLabel = (type: string, value: string): string => done(label(type, value));
export const lacksLabel = (type: string, value: string): string =>
  done(`to_regtype(${literal(type)}) IS NOT NULL AND NOT ${label(type, value)}`);

/** No row meets the condition. Reads the table until it meets one. */
export const noRow = (table: string, condition: string): string => done(`NOT EXISTS (SELECT FROM ${table} WHERE ${condition})`);

export const hasExtension = (name: string): string => done(`EXISTS (SELECT FROM pg_extension WHERE extname = ${literal(name)})`);
export const isSequenceOf = (sequence: string, type: string): string =>
  done(`EXISTS (SELECT FROM pg_sequence s WHERE s.seqrelid = ${relation(sequence)} AND s.seqtypid = ${literal(type)}::regtype)`);

export const isPartition = (partition: string): string =>
  done(`EXISTS (SELECT FROM pg_class c WHERE c.oid = ${relation(partition)} AND c.relispartition)`);
export const isNoPartition = (partition: string): string =>
  done(`EXISTS (SELECT FROM pg_class c WHERE c.oid = ${relation(partition)} AND NOT c.relispartition)`);
export const hasRowSecurity = (table: string): string =>
  done(`EXISTS (SELECT FROM pg_class c WHERE c.oid = ${relation(table)} AND c.relrowsecurity)`);
export const isView = (name: string): string => done(`EXISTS (SELECT FROM pg_class c WHERE c.oid = ${relation(name)} AND c.relkind = 'v')`);
export const hasFunction = (name: string): string => done(`to_regproc(${literal(name)}) IS NOT NULL`);

/** A table moved to another schema is there. */
export const movedTo = (table: string, schema: string): string => hasRelation(beside(`${schema}.x`, bare(table)));
