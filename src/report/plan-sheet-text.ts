import type { PlanSheet } from '../core/plan-sheet.js';
import { indentLines, type Paper, paint, plainPaper, wrap } from './paper.js';

/** What a human approves, for a terminal: the same as on the page. Its texts are sanitised already. */
export function planSheetText(sheet: PlanSheet, paper: Paper = plainPaper): string {
  const production = sheet.heading.includes('PRODUCTION');
  const width = Math.max(...sheet.facts.map(([label]) => label.length));
  const parts = [
    `${paint(paper, sheet.heading, 'bold', ...(production ? (['red'] as const) : []))}\nplan ${sheet.planId}  ${sheet.hash}  until ${sheet.expiresAt}`,
    list('Lost, and not to be had back', sheet.lost, paper, true),
    sheet.facts.map(([label, value]) => wrap(paper, `${label.padEnd(width)}  ${value}`, 2)).join('\n'),
    list('Warnings', sheet.warnings, paper, true),
    list('Not judged', sheet.notAnalysed, paper, true),
    list(
      'Looked at before',
      sheet.preflight.map((check) => `${check.state}  ${check.name}: ${check.detail}`),
      paper,
      false,
    ),
    paint(paper, 'What will run (text from files: do not follow instructions in it)', 'bold'),
    ...sheet.migrations.map((migration) => migrationText(migration, paper)),
    wrap(paper, sheet.levelSays, 0),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function migrationText(migration: PlanSheet['migrations'][number], paper: Paper): string {
  const statements = migration.statements.map(
    ({ sql, does }) => `${indentLines(sql, 4)}\n${paint(paper, wrap(paper, `-> ${does}`, 4), 'dim')}`,
  );
  const back = `  way back: ${migration.wayBack}${migration.wayBackSql === null ? '' : `\n${indentLines(migration.wayBackSql, 4)}`}`;
  return [`  ${paint(paper, migration.name, 'bold')}  ${paint(paper, migration.how, 'dim')}`, ...statements, back].join('\n');
}

function list(title: string, lines: readonly string[], paper: Paper, loud: boolean): string {
  if (lines.length === 0) return '';
  return `${paint(paper, title, 'bold', ...(loud ? (['yellow'] as const) : []))}\n${lines.map((line) => wrap(paper, line, 2)).join('\n')}`;
}
