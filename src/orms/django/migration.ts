/** Reads a Django migration file statically: what the graph and the transaction need, never the SQL. */
import { PythonModule } from '../readers/python-module.js';
import { property, textOf, visit, type Value } from '../readers/value.js';

/** Another migration as a dependency names it: `[app, name]`; the name may be `__first__` or `__latest__`. */
export type Reference = [app: string, name: string];

export interface DjangoMigrationFile {
  line: number;
  dependencies: Reference[];
  replaces: Reference[];
  runBefore: Reference[];
  atomic: boolean;
  notes: { message: string; line: number | null }[];
  /** What of its place in the graph is computed. */
  computed: { what: string; line: number }[];
}

/**
 * Reads a file.
 *
 * @param userModel value of AUTH_USER_MODEL, which swappable dependencies stand for
 * @returns null when it has no `class Migration`
 */
export function readDjangoMigration(text: string, userModel: string | null): DjangoMigrationFile | null {
  const module = new PythonModule(text);
  const migration = module.classes().find((each) => each.name === 'Migration');
  if (migration === undefined) return null;
  const file: DjangoMigrationFile = {
    line: migration.line,
    dependencies: [],
    replaces: [],
    runBefore: [],
    atomic: true,
    notes: [],
    computed: [],
  };
  for (const { name, value, line } of migration.body) {
    if (name === 'atomic') {
      if (value.kind === 'boolean') file.atomic = value.value;
      else file.computed.push({ what: 'atomic', line });
    }
    const key = ({ dependencies: 'dependencies', replaces: 'replaces', run_before: 'runBefore' } as const)[name];
    if (key !== undefined && !references(value, userModel, file[key])) file.computed.push({ what: name, line });
    if (name === 'operations') note(file, value);
  }
  return file;
}

/** Adds the references of a list; false when any of it is computed. */
function references(value: Value, userModel: string | null, into: Reference[]): boolean {
  if (value.kind === 'sum') return value.parts.map((part) => references(part, userModel, into)).every(Boolean);
  if (value.kind !== 'list') return false;
  return value.items
    .map((item) => {
      if (item.kind === 'list') {
        const [app, name] = item.items.map(textOf);
        if (!app || !name) return false;
        into.push([app, name]);
        return true;
      }
      if (item.kind === 'call' && item.callee.endsWith('swappable_dependency')) {
        const named =
          textOf(item.positional[0]) ??
          (item.positional[0]?.kind === 'name' && item.positional[0].path.endsWith('AUTH_USER_MODEL') ? userModel : null);
        // An unknown swappable model is a dependency on another project's app, which the order here does not need.
        if (named !== null) into.push([named.split('.')[0]!, '__first__']);
        return true;
      }
      return false;
    })
    .every(Boolean);
}

function note(file: DjangoMigrationFile, operations: Value): void {
  visit(operations, (each) => {
    if (each.kind !== 'call') return;
    const operation = each.callee.replace(/^.*\./, '');
    if (operation === 'RunPython') file.notes.push({ message: 'RunPython: what it does to the rows is not in its SQL', line: each.line });
    if (
      operation === 'RunSQL' &&
      each.positional.length < 2 &&
      property({ kind: 'object', entries: each.named, line: each.line }, 'reverse_sql') === undefined
    ) {
      file.notes.push({ message: 'RunSQL without reverse_sql: cannot be taken back', line: each.line });
    }
  });
}
