import type { RemarkRule } from './remark-rule.js';

const rule: RemarkRule = {
  category: 'process',
  severity: 'high',
  title: 'AutoMigrate changes the schema besides the migrations',
  why: 'GORM adds tables, columns and indexes when the application starts, on every replica, with no file, no history and no review. What a migration does and what AutoMigrate did before it may clash.',
  source: 'https://gorm.io/docs/migration.html',
  fix: 'Take the call out where migrations are the way to change the schema, or keep it to tests.',
};
export default rule;
