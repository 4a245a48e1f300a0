import type { ChangeKind, ChangeOf } from '../../../core/change.js';
import type { EffectsEnvironment, Use } from './use.js';

/** Says which measured shapes a change is made of. Null: not known here, the statement is unknown. */
export type EffectsHandler<Kind extends ChangeKind> = (change: ChangeOf<Kind>, environment: EffectsEnvironment) => Use[] | null;

/** Handlers by kind of change. */
export type EffectsHandlers = { [Kind in ChangeKind]?: EffectsHandler<Kind> };
