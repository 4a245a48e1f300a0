import assessRisk from './tools/assess_risk.js';
import checkDrift from './tools/check_drift.js';
import createMigration from './tools/create_migration.js';
import detectOrm from './tools/detect_orm.js';
import migrationStatus from './tools/migration_status.js';
import planSafeChange from './tools/plan_safe_change.js';
import rehearseMigration from './tools/rehearse_migration.js';
import runMigration from './tools/run_migration.js';
import type { Tool } from './tool.js';

/** Every tool, in the order in which clients see them. A test compares this list with the folder `tools/`. */
export const tools: readonly Tool[] = [
  detectOrm,
  assessRisk,
  migrationStatus,
  checkDrift,
  planSafeChange,
  createMigration,
  rehearseMigration,
];

/** Tools that change a database: only in a server that was started with --allow-apply. */
export const writingTools: readonly Tool[] = [runMigration];
