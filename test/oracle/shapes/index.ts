/** All shapes that are measured: what the analyser knows of locks, rewrites and scans comes from these and nothing else. */
import type { RoleShape } from '../types.js';
import { columnShapes } from './columns.js';
import { constraintShapes } from './constraints.js';
import { indexShapes } from './indexes.js';
import { otherShapes } from './others.js';
import { tableShapes } from './tables.js';

export const shapes: RoleShape[] = [...columnShapes, ...constraintShapes, ...indexShapes, ...tableShapes, ...otherShapes];
