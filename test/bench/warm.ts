/**
 * The analyser in a process of its own, loaded and warm. It reads one question a line and answers with milliseconds:
 * `{ "files": [...] }` judges, `{ "files": [...], "parseOnly": true }` only parses, `{ "memory": true }` tells its peak.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { loadJudge } from '../../src/rules/judge.js';
import { loadParser, parseScript } from '../../src/sql/postgres/parser.js';

const judge = await loadJudge();
await loadParser();

function judgeFiles(files: readonly string[]): number {
  const before = performance.now();
  for (const file of files) {
    const sql = readFileSync(file, 'utf8');
    const unit = { migration: file, file, firstLine: 1, sql, direction: 'up' as const, transactionMode: 'per-file' as const, judged: true };
    const { statements, unanalysed } = judge({ version: 18, units: [unit] });
    if (statements.length === 0 || unanalysed.length > 0) throw new Error(`${file} was not judged: ${unanalysed[0]?.reason}`);
  }
  return performance.now() - before;
}

function parseFiles(files: readonly string[]): number {
  const before = performance.now();
  for (const file of files)
    for (const statement of parseScript(readFileSync(file, 'utf8'))) if (statement.error) throw new Error(statement.error);
  return performance.now() - before;
}

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line) as { files?: string[]; parseOnly?: boolean; memory?: boolean };
  const files = question.files ?? [];
  const answer = question.memory ? process.resourceUsage().maxRSS : question.parseOnly ? parseFiles(files) : judgeFiles(files);
  process.stdout.write(`${answer}\n`);
}
