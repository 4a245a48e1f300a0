import { LockkeeperError } from '../core/errors.js';
import type { SupportedTool } from '../core/stack.js';
import { bare, shown } from './context.js';
import type { ModelEdit } from './model-edit.js';

/** Where models live, and how each tool says the same thing. */
interface Dialect {
  where: string;
  renamed: (column: string, field: string) => string;
  index: (name: string, columns: string[], unique: boolean) => string;
}

const list = (columns: readonly string[], quote = '"'): string => columns.map((column) => `${quote}${column}${quote}`).join(', ');

const dialects: Record<SupportedTool, Dialect> = {
  prisma: {
    where: 'schema.prisma',
    renamed: (column, field) => `${field} … @map("${column}")`,
    index: (name, columns, unique) => `@@${unique ? 'unique' : 'index'}([${columns.join(', ')}], map: "${name}")`,
  },
  drizzle: {
    where: 'the schema files of Drizzle',
    renamed: (column, field) => `${field}: text("${column}")`,
    index: (name, columns, unique) =>
      `${unique ? 'uniqueIndex' : 'index'}("${name}").on(${columns.map((each) => `table.${each}`).join(', ')})`,
  },
  alembic: {
    where: 'the SQLAlchemy model',
    renamed: (column, field) => `${field} = mapped_column("${column}", …)`,
    index: (name, columns, unique) => `Index("${name}", ${list(columns)}${unique ? ', unique=True' : ''})`,
  },
  django: {
    where: 'models.py',
    renamed: (column, field) => `${field} = models.…(db_column="${column}")`,
    index: (name, columns, unique) =>
      unique
        ? `models.UniqueConstraint(fields=[${list(columns)}], name="${name}")`
        : `models.Index(fields=[${list(columns)}], name="${name}")`,
  },
  goose: {
    where: 'the Go structs (GORM, sqlc, hand-written)',
    renamed: (column, field) => `${field} with the tag gorm:"column:${column}"`,
    index: (name, columns, unique) => `gorm:"${unique ? 'uniqueIndex' : 'index'}:${name}" on ${columns.join(', ')}`,
  },
  diesel: {
    where: 'src/schema.rs and the structs that derive from it',
    renamed: (column, field) => `#[sql_name = "${column}"] ${field}`,
    index: (name, columns) => `nothing: Diesel does not model the index ${name} (${columns.join(', ')})`,
  },
  flyway: {
    where: 'the mapped classes (JPA, jOOQ)',
    renamed: (column, field) => `@Column(name = "${column}") ${field}`,
    index: (name, columns, unique) => `@Index(name = "${name}", columnList = "${columns.join(', ')}"${unique ? ', unique = true' : ''})`,
  },
};

/** Sequelize-like stacks aside, SQL alone is named when there is no tool. */
const plain: Dialect = {
  where: 'the models',
  renamed: (column, field) => `${field} for the column ${column}`,
  index: (name, columns) => `index ${name} on ${columns.join(', ')}`,
};

/**
 * One edit as a sentence for whoever writes the code.
 *
 * @param tool the stack's tool; null: in words alone
 */
export function editText(edit: ModelEdit, tool: SupportedTool | null): string {
  const dialect = tool === null ? plain : dialects[tool];
  const at = `In ${dialect.where}`;
  switch (edit.kind) {
    case 'addField':
      return `${at}, ${shown(edit.table)} gets the field ${edit.column} of type ${edit.type}, ${edit.notNull ? 'required' : 'nullable'}${edit.default === null ? '' : `, with the database default ${edit.default}`}.`;
    case 'removeField':
      return `${at}, remove the field ${edit.column} of ${shown(edit.table)}, and every query that names it.`;
    case 'renameField':
      return `${at}, ${shown(edit.table)}: ${dialect.renamed(edit.to, edit.to)} takes the place of ${edit.from}; code reads and writes ${edit.to}.`;
    case 'changeField':
      return `${at}, ${shown(edit.table)}.${edit.column}: ${edit.says}.`;
    case 'addIndex':
      return `${at}, ${shown(edit.table)}: ${dialect.index(edit.name, edit.columns, edit.unique)}.`;
    case 'removeIndex':
      return `${at}, remove the index ${bare(edit.name)} of ${shown(edit.table)}.`;
    case 'addRelation':
      return `${at}, ${shown(edit.table)} (${edit.columns.join(', ')}) refers to ${shown(edit.references)}; name the constraint ${edit.name}.`;
    case 'renameModel':
      return `${at}, the model of ${shown(edit.table)} maps to the table ${shown(edit.to)}.`;
    case 'removeModel':
      return `${at}, remove the model of ${shown(edit.table)}, its relations, and every query that names it.`;
    case 'addModel':
      return `${at}, a model for ${shown(edit.table)}: ${edit.says}.`;
    case 'enumValues':
      return `${at}, the enum ${shown(edit.type)}: ${edit.says}.`;
    case 'other':
      return edit.says;
    default:
      throw new LockkeeperError(
        'INTERNAL',
        `An edit of an unknown kind: ${JSON.stringify(edit satisfies never)}.`,
        'Report this as a defect.',
      );
  }
}
