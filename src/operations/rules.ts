import { LockkeeperError } from '../core/errors.js';
import type { RuleDescription } from '../core/rule-description.js';

/** Ids of all rules. */
export async function ruleIds(): Promise<ReadonlySet<string>> {
  const { rules } = await import('../rules/index.generated.js');
  return new Set(Object.keys(rules));
}

/**
 * The rule catalogue.
 *
 * @param input ids to explain; all rules when absent
 * @throws LockkeeperError BAD_USAGE for an id that does not exist
 */
export async function listRules(input: { ids?: string[] } = {}): Promise<RuleDescription[]> {
  const { rules } = await import('../rules/index.generated.js');
  const ids = input.ids ?? Object.keys(rules).sort();
  return ids.map((id) => {
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
