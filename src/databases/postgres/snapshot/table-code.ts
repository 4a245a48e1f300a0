import { qualify, quoteIdentifier } from '../../../core/names.js';
import { normaliseExpression, spelled } from './normalise.js';
import { type KnownRelation, type Reading, within } from './reading.js';

const enabledWhen: Record<string, string | null> = { O: null, D: 'disabled', R: 'replica', A: 'always' };

interface TriggerRow {
  oid: number;
  relation: number;
  name: string;
  enabled: string;
  definition: string;
}

/** Triggers of a constraint, and those that a partition has from its parent, come and go with them. */
const triggerQuery = `
  SELECT t.oid, t.tgrelid AS relation, t.tgname AS name, t.tgenabled AS enabled, pg_get_triggerdef(t.oid) AS definition
    FROM pg_trigger t WHERE NOT t.tgisinternal AND t.tgparentid = 0`;

interface RuleRow {
  oid: number;
  relation: number;
  name: string;
  enabled: string;
  definition: string;
}

const ruleQuery = `
  SELECT r.oid, r.ev_class AS relation, r.rulename AS name, r.ev_enabled AS enabled,
         CASE WHEN r.rulename <> '_RETURN' THEN pg_get_ruledef(r.oid) END AS definition
    FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'`;

interface PolicyRow {
  oid: number;
  relation: number;
  name: string;
  command: string;
  permissive: boolean;
  roles: string[];
  using: string | null;
  check: string | null;
}

const policyQuery = `
  SELECT p.oid, p.polrelid AS relation, p.polname AS name, p.polcmd AS command, p.polpermissive AS permissive,
         ARRAY(SELECT CASE WHEN u.oid = 0 THEN 'public' ELSE quote_ident(pg_get_userbyid(u.oid)) END FROM unnest(p.polroles) AS u(oid) ORDER BY 1) AS roles,
         pg_get_expr(p.polqual, p.polrelid) AS using, pg_get_expr(p.polwithcheck, p.polrelid) AS check
    FROM pg_policy p`;

const commands: Record<string, string> = { r: 'select', a: 'insert', w: 'update', d: 'delete', '*': 'all' };

/** Triggers, rules and policies. */
export async function readTableCode(reading: Reading): Promise<void> {
  for (const row of await reading.query<TriggerRow>(triggerQuery)) {
    const relation = reading.relations.get(row.relation);
    if (!relation) continue;
    const definition = withoutName(row.definition, row.name, 'TRIGGER');
    const text = spelled('definition', definition);
    reading.add(
      {
        kind: 'trigger',
        name: within(relation, row.name),
        parent: relation.id,
        properties: { ...text.properties, enabled: enabledWhen[row.enabled] ?? null },
        spelling: text.spelling,
      },
      { catalog: 'trigger', oid: row.oid },
    );
  }
  for (const row of await reading.query<RuleRow>(ruleQuery)) {
    const relation = reading.relations.get(row.relation);
    if (!relation) continue;
    if (row.definition === null) reading.address('rewrite', row.oid, 0, relation.id);
    else addRule(reading, relation, row);
  }
  for (const row of await reading.query<PolicyRow>(policyQuery)) {
    const relation = reading.relations.get(row.relation);
    if (!relation) continue;
    const using = spelled('using', row.using);
    const check = spelled('withCheck', row.check);
    reading.add(
      {
        kind: 'policy',
        name: within(relation, row.name),
        parent: relation.id,
        properties: {
          command: commands[row.command] ?? row.command,
          restrictive: !row.permissive,
          roles: row.roles.join(', '),
          ...using.properties,
          ...check.properties,
        },
        spelling: { ...using.spelling, ...check.spelling },
      },
      { catalog: 'policy', oid: row.oid },
    );
  }
}

function addRule(reading: Reading, relation: KnownRelation, row: RuleRow): void {
  const definition = withoutName(
    row.definition.replace(/;\s*$/, '').replace(/^CREATE RULE \S+ AS\s+/, (head) => head.replace(/\s+$/, ' ')),
    row.name,
    'RULE',
  );
  const normal = normaliseExpression(definition).replace(/\s+/g, ' ');
  reading.add(
    {
      kind: 'rule',
      name: within(relation, row.name),
      parent: relation.id,
      properties: { definition: normal, enabled: enabledWhen[row.enabled] ?? null },
      spelling: normal === definition ? {} : { definition },
    },
    { catalog: 'rewrite', oid: row.oid },
  );
}

/** `CREATE TRIGGER name BEFORE …` as `CREATE TRIGGER % BEFORE …`: the name is the object's, not the definition's. */
function withoutName(definition: string, name: string, word: 'TRIGGER' | 'RULE'): string {
  for (const written of [quoteIdentifier(name), `"${name.replaceAll('"', '""')}"`, name]) {
    const at = definition.indexOf(`${word} ${written} `);
    if (at >= 0 && at < 30)
      return `${definition.slice(0, at + word.length + 1)}%${definition.slice(at + word.length + 1 + written.length)}`;
  }
  return definition;
}

/** The name of a table as text; `qualify` with the parts of a known relation. */
export function relationName(relation: KnownRelation): string {
  return qualify(relation.schema, relation.name);
}
