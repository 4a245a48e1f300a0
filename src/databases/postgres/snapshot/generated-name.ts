/**
 * Names that the server makes up for unnamed constraints, indexes and sequences (source: `makeObjectName`,
 * `ChooseIndexName`, `ChooseConstraintName` in the server's commands/indexcmds.c and catalog/pg_constraint.c): the table,
 * the columns, a label, and a number when the name was taken.
 */

/** Bytes that a name may have: `NAMEDATALEN` - 1. */
const longest = 63;

/**
 * True when a name is one that the server would have given.
 *
 * @param columns columns of the key; a key that is an expression counts as `expr`
 * @param label `pkey`, `key`, `check`, `fkey`, `excl`, `idx`, `seq`
 */
export function isGeneratedName(name: string, table: string, columns: readonly string[], label: string): boolean {
  const bare = name.replace(/\d+$/, '');
  const middle = cut(columns.join('_'), longest);
  return [name, bare].some((each) => each === objectName(table, middle, label));
}

function objectName(first: string, second: string, label: string): string {
  const room = longest - label.length - 1 - (second === '' ? 0 : 1);
  let [a, b] = [bytes(first), bytes(second)];
  while (a + b > room) {
    if (a > b) a -= 1;
    else b -= 1;
  }
  return [cut(first, a), ...(second === '' ? [] : [cut(second, b)]), label].join('_');
}

const bytes = (text: string): number => Buffer.byteLength(text);

/** The text without the letters that do not fit whole. */
function cut(text: string, room: number): string {
  let kept = text;
  while (bytes(kept) > room) kept = [...kept].slice(0, -1).join('');
  return kept;
}
