import type { RuleDescription } from '../core/rule-description.js';
import { type Paper, indentLines, paint, plainPaper, wrap } from './paper.js';

/** The catalogue, one line a rule. */
export function rulesText(rules: readonly RuleDescription[], paper: Paper = plainPaper): string {
  const width = Math.max(0, ...rules.map((rule) => rule.id.length));
  const lines = rules.map((rule) => {
    const text = `${rule.id.padEnd(width)}  ${(rule.quiet ? 'off' : rule.severity).padEnd(6)}  ${rule.title}`;
    return paper.width < text.length ? `${rule.id}\n${wrap(paper, rule.title, 4)}` : text;
  });
  return `${lines.join('\n')}\n\n${rules.length} rules. \`lockkeeper rules ID\` explains one.\n`;
}

/** One rule in full. */
export function ruleText(rule: RuleDescription, paper: Paper = plainPaper): string {
  const state = rule.quiet ? 'off unless the configuration switches it on' : rule.severity;
  const example = (title: string, statements: readonly string[]): string[] =>
    statements.length === 0 ? [] : [paint(paper, title, 'bold'), ...statements.map((sql) => indentLines(sql.trim(), 4))];
  return `${[
    `${paint(paper, rule.id, 'bold')} · ${state} · ${rule.category}`,
    wrap(paper, rule.title, 0),
    wrap(paper, rule.why, 0),
    ...example('Found in', rule.bad),
    ...example('Not found in', rule.good),
    wrap(paper, `Source: ${rule.source}`, 0),
  ].join('\n\n')}\n`;
}
