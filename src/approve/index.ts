export { claimApproval } from './claim.js';
export type { JournalEntry, JournalLine } from './journal-entry.js';
export { Journal } from './journal.js';
export { loadPlan, savePlan } from './plans.js';
export { classify, type TargetEvidence } from './policy/classify.js';
export { loadPolicy, type Policy, planLifetimeMs, requiredLevel } from './policy/policy.js';
export { refusals } from './policy/refusals.js';
export { refuseStale, staleness } from './staleness.js';
export { openState, type State, userName } from './state.js';
