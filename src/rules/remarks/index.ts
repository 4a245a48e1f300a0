import type { RemarkKind } from '../../core/remark.js';
import autoMigrateAtStart from './auto-migrate-at-start.js';
import callableDefaultOneValue from './callable-default-one-value.js';
import type { RemarkRule } from './remark-rule.js';
import severalHeads from './several-heads.js';

/** Rules on remarks by their ids; few, and known by name to the readers that remark. */
export const remarkRules: Readonly<Record<RemarkKind, RemarkRule>> = {
  'auto-migrate-at-start': autoMigrateAtStart,
  'callable-default-one-value': callableDefaultOneValue,
  'several-heads': severalHeads,
};
