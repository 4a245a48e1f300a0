import type { RemarkRule } from './remark-rule.js';

const rule: RemarkRule = {
  category: 'data',
  severity: 'high',
  title: 'Function as default gives every row the same value',
  why: 'Django calls the function once and writes the result as the default of the new column: all rows that are there get one value, the same token or the same time.',
  source: 'measured: Django 4.2 and 5.2',
  fix: 'Add the field nullable and without the default, fill the rows in batches with a value each (RunPython in a later, non-atomic migration), then make it required. Where the database can make the value: db_default (Django 5).',
};
export default rule;
