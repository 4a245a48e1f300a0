import { quoteIdentifier } from '../core/names.js';
import type { PlanChange } from '../core/plan-change.js';
import { columnList } from '../sql/postgres/write/constraint-text.js';
import { alter, alterColumn, literal } from './context.js';

/**
 * The plain statement of an intent, as somebody would write it without a plan: what the recipe of that statement then makes
 * safe. Null for intents that are more than one statement.
 *
 * @param change names already qualified
 */
export function naiveStatement(change: PlanChange): string | null {
  switch (change.kind) {
    case 'addColumn': {
      const value = change.default === undefined ? '' : ` DEFAULT ${change.default}`;
      const generated =
        change.generated === undefined
          ? ''
          : ` GENERATED ALWAYS AS (${change.generated}) ${change.stored === false ? 'VIRTUAL' : 'STORED'}`;
      const identity =
        change.identity === undefined ? '' : ` GENERATED ${change.identity === 'always' ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY`;
      return alter(
        change.table,
        `ADD COLUMN ${quoteIdentifier(change.column)} ${change.type}${value}${generated}${identity}${change.notNull ? ' NOT NULL' : ''}`,
      );
    }
    case 'dropColumn':
      return alter(change.table, `DROP COLUMN ${quoteIdentifier(change.column)}`);
    case 'renameColumn':
      return alter(change.table, `RENAME COLUMN ${quoteIdentifier(change.column)} TO ${quoteIdentifier(change.to)}`);
    case 'changeType':
      return alterColumn(change.table, change.column, `TYPE ${change.type}${change.using === undefined ? '' : ` USING ${change.using}`}`);
    case 'setNotNull':
      return alterColumn(change.table, change.column, 'SET NOT NULL');
    case 'dropNotNull':
      return alterColumn(change.table, change.column, 'DROP NOT NULL');
    case 'setDefault':
      return alterColumn(change.table, change.column, `SET DEFAULT ${change.default}`);
    case 'dropDefault':
      return alterColumn(change.table, change.column, 'DROP DEFAULT');
    case 'addIndex': {
      const name = change.name === undefined ? '' : ` ${quoteIdentifier(change.name)}`;
      const method = change.method === undefined ? '' : ` USING ${quoteIdentifier(change.method)}`;
      const include = change.include === undefined || change.include.length === 0 ? '' : ` INCLUDE (${columnList(change.include)})`;
      const where = change.where === undefined ? '' : ` WHERE ${change.where}`;
      return `CREATE ${change.unique ? 'UNIQUE ' : ''}INDEX${name} ON ${change.table}${method} (${change.columns.map(indexKey).join(', ')})${include}${where}`;
    }
    case 'dropIndex':
      return `DROP INDEX ${change.index}`;
    case 'addUnique':
      return addConstraint(change.table, change.name, `UNIQUE (${columnList(change.columns)})`);
    case 'addPrimaryKey':
      return addConstraint(change.table, change.name, `PRIMARY KEY (${columnList(change.columns)})`);
    case 'addForeignKey': {
      const columns = change.referencedColumns === undefined ? '' : ` (${columnList(change.referencedColumns)})`;
      const action = change.onDelete === undefined ? '' : ` ON DELETE ${change.onDelete.toUpperCase()}`;
      return addConstraint(
        change.table,
        change.name,
        `FOREIGN KEY (${columnList(change.columns)}) REFERENCES ${change.references}${columns}${action}`,
      );
    }
    case 'addCheck':
      return addConstraint(change.table, change.name, `CHECK (${change.expression})`);
    case 'addExclusion':
      return addConstraint(change.table, change.name, `EXCLUDE ${change.definition}`);
    case 'dropConstraint':
      return alter(change.table, `DROP CONSTRAINT ${quoteIdentifier(change.name)}`);
    case 'renameTable':
      return alter(change.table, `RENAME TO ${quoteIdentifier(change.to)}`);
    case 'dropTable':
      return `DROP TABLE ${change.table}`;
    case 'moveTable':
      return alter(change.table, `SET SCHEMA ${quoteIdentifier(change.schema)}`);
    case 'detachPartition':
      return alter(change.table, `DETACH PARTITION ${change.partition}`);
    case 'addEnumValue': {
      const place =
        change.before !== undefined
          ? ` BEFORE ${literal(change.before)}`
          : change.after !== undefined
            ? ` AFTER ${literal(change.after)}`
            : '';
      return `ALTER TYPE ${change.type} ADD VALUE ${literal(change.value)}${place}`;
    }
    case 'createExtension':
      return `CREATE EXTENSION ${quoteIdentifier(change.extension)}`;
    case 'widenSequence':
      return `ALTER SEQUENCE ${change.sequence} AS bigint`;
    case 'splitTable':
    case 'partitionTable':
    case 'renameEnumValue':
    case 'removeEnumValue':
    case 'setTrigger':
    case 'changeView':
    case 'enableRowSecurity':
    case 'backfill':
    case 'deleteRows':
      return null;
  }
}

function addConstraint(table: string, name: string | undefined, body: string): string {
  return alter(table, `ADD ${name === undefined ? '' : `CONSTRAINT ${quoteIdentifier(name)} `}${body}`);
}

/** A column, or an expression as it is: `lower(email)`, `created_at DESC`. */
function indexKey(key: string): string {
  if (/^[\w$]+$/.test(key)) return quoteIdentifier(key);
  return /^[\w$]+\s+(asc|desc)\b/i.test(key) || key.startsWith('(') || key.startsWith('"') ? key : `(${key})`;
}
