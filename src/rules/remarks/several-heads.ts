import type { RemarkRule } from './remark-rule.js';

const rule: RemarkRule = {
  category: 'process',
  severity: 'high',
  title: 'The history has several heads',
  why: 'Two branches were merged, each with a migration of its own after the same one. The tool refuses to go on (Alembic: "Multiple head revisions", Django: "Conflicting migrations"), at the deploy if nobody notices before.',
  source: 'measured: Alembic 1.8 and 1.20, Django 4.2 and 5.2',
  fix: 'Join them with an empty migration and commit it: alembic merge heads, or manage.py makemigrations --merge. Never change the parent of one that is applied somewhere.',
};
export default rule;
