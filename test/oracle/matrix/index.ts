/** Statements and schemas that the facts were not measured on: what is said of them follows from the shapes, and must hold too. */
import type { Shape } from '../types.js';

export const matrix: Shape[] = [];
