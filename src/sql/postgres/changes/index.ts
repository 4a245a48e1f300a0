import type { Change } from '../../../core/change.js';
import type { Node } from '../node.js';
import type { Environment } from './environment.js';
import { functionReaders } from './functions.js';
import { harmlessStatements, objectReaders } from './objects.js';
import type { Readers } from './reader.js';
import { rowReaders } from './rows.js';
import { sessionReaders } from './session.js';
import { tableReaders } from './tables.js';
import { typeReaders } from './types.js';

const readers: Readers = { ...tableReaders, ...typeReaders, ...rowReaders, ...functionReaders, ...objectReaders, ...sessionReaders };
for (const node of harmlessStatements) readers[node] = () => [{ kind: 'other', node }];

/**
 * Reads what a parsed statement does to the schema.
 *
 * @returns its changes in order, and the reason when it was not understood in full; the changes then are what was
 */
export function readChanges(node: Node, environment: Environment): { changes: Change[]; unread: string | null } {
  const name = Object.keys(node)[0] ?? '';
  const reader = readers[name];
  if (!reader) return { changes: [], unread: `${name} is not analysed` };
  const read = reader(node[name], environment);
  const changes = read.filter((change): change is Change => change !== null);
  if (changes.length === read.length && read.length > 0) return { changes, unread: null };
  const parts = (node[name].cmds ?? []).map((command: Node) => command.AlterTableCmd?.subtype).filter(Boolean);
  return { changes, unread: `${name}${parts.length ? ` (${parts.join(', ')})` : ''} is not analysed in full` };
}
