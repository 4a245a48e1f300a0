import { qualify } from '../../../core/names.js';
import type { Building } from './building.js';

interface TriggerRow {
  relation: number;
  name: string;
  function_schema: string;
  function_name: string;
  enabled: boolean;
  type: number;
  constraint: boolean;
}

/** Bits of `tgtype` (source: catalog/pg_trigger.h). */
const events: [number, string][] = [
  [4, 'insert'],
  [8, 'delete'],
  [16, 'update'],
  [32, 'truncate'],
];

const triggerQuery = `
  SELECT t.tgrelid AS relation, t.tgname AS name, n.nspname AS function_schema, p.proname AS function_name,
         t.tgenabled <> 'D' AS enabled, t.tgtype AS type, t.tgconstraint <> 0 AS constraint
    FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_namespace n ON n.oid = p.pronamespace
   WHERE NOT t.tgisinternal
   ORDER BY t.tgrelid, t.tgname`;

const ruleQuery = `
  SELECT ev_class AS relation, rulename AS name, 'rule' AS kind FROM pg_rewrite WHERE rulename <> '_RETURN'
  UNION ALL
  SELECT polrelid, polname, 'policy' FROM pg_policy
  ORDER BY 1, 2`;

/** What runs or is asked when a table is used: triggers, rules, policies. */
export async function readTableCode(building: Building): Promise<void> {
  const { session, relations } = building;
  for (const row of await session.query<TriggerRow>(triggerQuery)) {
    relations.get(row.relation)?.triggers.set(row.name, {
      function: qualify(row.function_schema, row.function_name),
      enabled: row.enabled,
      events: events.filter(([bit]) => (row.type & bit) !== 0).map(([, name]) => name),
      constraint: row.constraint,
    });
  }
  for (const row of await session.query<{ relation: number; name: string; kind: 'rule' | 'policy' }>(ruleQuery)) {
    const relation = relations.get(row.relation);
    (row.kind === 'rule' ? relation?.rules : relation?.policies)?.add(row.name);
  }
}
