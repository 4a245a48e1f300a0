import type { Command } from '../command.js';

/** The commands, each loaded only when it is called. */
export const commands: Record<string, () => Promise<Command>> = {
  detect: async () => (await import('./detect.js')).detectCommand,
  assess: async () => (await import('./assess.js')).assessCommand,
  review: async () => (await import('./review.js')).reviewCommand,
  status: async () => (await import('./status.js')).statusCommand,
  drift: async () => (await import('./drift.js')).driftCommand,
  plan: async () => (await import('./plan.js')).planCommand,
  create: async () => (await import('./create.js')).createCommand,
  apply: async () => (await import('./run-migrations.js')).applyCommand,
  rollback: async () => (await import('./run-migrations.js')).rollbackCommand,
  rehearse: async () => (await import('./rehearse.js')).rehearseCommand,
  run: async () => (await import('./run.js')).runCommand,
  backfill: async () => (await import('./backfill.js')).backfillCommand,
  approve: async () => (await import('./approve.js')).approveCommand,
  runner: async () => (await import('./runner.js')).runnerCommand,
  audit: async () => (await import('./audit.js')).auditCommand,
  danger: async () => (await import('./danger.js')).dangerCommand,
  hook: async () => (await import('./hook.js')).hookCommand,
  rules: async () => (await import('./rules.js')).rulesCommand,
  completion: async () => (await import('./completion.js')).completionCommand,
  doctor: async () => (await import('./doctor.js')).doctorCommand,
};
