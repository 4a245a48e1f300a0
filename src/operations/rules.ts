import { LockkeeperError } from '../core/errors.js';
import type { RuleDescription } from '../core/rule-description.js';

/** Ids of all rules. */
export async function ruleIds(): Promise<ReadonlySet<string>> {
  const { rules } = await import('../rules/index.generated.js');
  const { remarkRules } = await import('../rules/remarks/index.js');
  return new Set([...Object.keys(rules), ...Object.keys(remarkRules)]);
}

/**
 * The rule catalogue.
 *
 * @param input ids to explain; all rules when absent
 * @throws LockkeeperError BAD_USAGE for an id that does not exist
 */
export async function listRules(input: { ids?: string[] } = {}): Promise<RuleDescription[]> {
  const { rules } = await import('../rules/index.generated.js');
  const { remarkRules } = await import('../rules/remarks/index.js');
  const ids = input.ids ?? [...Object.keys(rules), ...Object.keys(remarkRules)].sort();
  return ids.map((id) => {
    const remark = Object.entries(remarkRules).find(([name]) => name === id)?.[1];
    if (remark) {
      const { category, severity, title, why, source } = remark;
      return { id, category, severity, title, why, source, quiet: false, bad: [], good: [] };
    }
    const rule = Object.hasOwn(rules, id) ? rules[id] : undefined;
    if (!rule) throw new LockkeeperError('BAD_USAGE', `There is no rule ${id}.`, '`lockkeeper rules` lists them.');
    return {
      id,
      category: rule.category,
      severity: rule.severity,
      title: rule.title,
      why: rule.why,
      source: rule.source,
      quiet: rule.quiet ?? false,
      bad: rule.bad.map((example) => example.sql),
      good: rule.good.map((example) => example.sql),
    };
  });
}
