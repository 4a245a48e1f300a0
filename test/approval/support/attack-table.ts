/** What attacks did at each level, by the tests that ran them; printed, and the same data stand in docs/approval-levels.md. */
export type Reached = 'stopped' | 'not stopped' | 'does not apply';

export interface AttackRow {
  attack: string;
  /** By level: A; B with keys in the user's own file; B with keys that root pinned; C. */
  A: Reached;
  'B, own file': Reached;
  'B, pinned': Reached;
  C: Reached;
}

export const columns = ['A', 'B, own file', 'B, pinned', 'C'] as const;

/** The rows as a Markdown table. */
export function attackTable(rows: readonly AttackRow[]): string {
  const head = `| attack | ${columns.join(' | ')} |\n| --- | ${columns.map(() => '---').join(' | ')} |`;
  return `${head}\n${rows.map((row) => `| ${row.attack} | ${columns.map((column) => row[column]).join(' | ')} |`).join('\n')}\n`;
}
