/** Statements and schemas that the facts were not measured on: what is said of them follows from the shapes, and must hold too. */
import type { Shape } from '../types.js';
import { columnMatrix } from './columns.js';
import { otherMatrix } from './others.js';
import { schemaMatrix } from './schemas.js';
import { typeMatrix } from './types.js';

export const matrix: Shape[] = [...columnMatrix, ...typeMatrix, ...schemaMatrix, ...otherMatrix];
