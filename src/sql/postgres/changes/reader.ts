import type { Change } from '../../../core/change.js';
import type { Node } from '../node.js';
import type { Environment } from './environment.js';

/** Reads one kind of statement. A null in the answer, or an empty answer, means: not understood, the statement is unknown. */
export type Reader = (statement: Node, environment: Environment) => (Change | null)[];

/** Readers by PostgreSQL's node name. */
export type Readers = Record<string, Reader>;
