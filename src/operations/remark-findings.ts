import type { Finding } from '../core/finding.js';
import type { Remark } from '../core/remark.js';
import type { JudgeOptions } from '../rules/judge.js';
import type { Selection } from './gather/selection.js';

/** Findings of what the readers remarked beyond SQL, as the configuration wants them. */
export async function remarkFindings(selections: readonly Selection[], options: JudgeOptions): Promise<Finding[]> {
  const remarks = selections.flatMap((selection) => selection.remarks);
  if (remarks.length === 0) return [];
  const { remarkRules } = await import('../rules/remarks/index.js');
  return remarks.flatMap((remark): Finding[] => {
    const rule = remarkRules[remark.kind];
    const setting = options.rules?.[remark.kind] ?? 'on';
    if (setting === 'off') return [];
    return [
      {
        rule: remark.kind,
        severity: setting === 'on' ? rule.severity : setting,
        statement: null,
        source: { file: remark.file, line: remark.line },
        title: rule.title,
        why: `${remark.says} ${rule.why}`,
        fix: { summary: rule.fix, sql: null },
        evidence: ['static'],
        needs: [],
        destructive: false,
      },
    ];
  });
}

/** The remarks of one migration's notes. */
export function remarksOf(migration: {
  name: string;
  file: string;
  notes: readonly { message: string; line: number | null; remark?: Remark['kind'] }[];
}): Remark[] {
  return migration.notes.flatMap(({ message, line, remark }) =>
    remark === undefined ? [] : [{ kind: remark, file: migration.file, line, migration: migration.name, says: `${message}.` }],
  );
}
