import type { Change } from '../../../core/change.js';
import type { Catalog } from '../catalog.js';
import { columnHandlers } from './columns.js';
import { constraintHandlers } from './constraints.js';
import type { AnyApply, ApplyContext, ApplyHandlers } from './context.js';
import { indexHandlers } from './indexes.js';
import { otherHandlers } from './others.js';
import { tableHandlers } from './tables.js';

const handlers: ApplyHandlers = { ...tableHandlers, ...columnHandlers, ...constraintHandlers, ...indexHandlers, ...otherHandlers };

/** Brings the catalog to where the server's would be after the change. */
export function applyChange(catalog: Catalog, change: Change, context: ApplyContext): void {
  (handlers[change.kind] as AnyApply | undefined)?.(catalog, change, context);
}
