/** Who still uses a table or a column: in the files of the repository, and in the schema itself. Reads, runs nothing. */
import { splitName } from '../core/names.js';
import type { GoneObject, Usage, UsageReport } from '../core/plan.js';
import { excerpt } from '../core/sanitise.js';
import { redact } from '../core/redact.js';
import type { Stack } from '../core/stack.js';
import type { Repository } from '../orms/index.js';
import type { Catalog } from '../sql/catalog/catalog.js';

/** Bounds of one search: files, bytes of a file, and found places. */
const most = { files: 20_000, bytes: 512 * 1024, found: 500 };

const codeExtensions = [
  'ts',
  'tsx',
  'mts',
  'cts',
  'js',
  'jsx',
  'mjs',
  'cjs',
  'vue',
  'svelte',
  'py',
  'go',
  'rs',
  'java',
  'kt',
  'kts',
  'scala',
  'rb',
  'php',
  'cs',
  'ex',
  'exs',
  'sql',
  'prisma',
  'graphql',
  'gql',
  'proto',
  'yml',
  'yaml',
  'html',
  'j2',
  'erb',
];
const modelFiles = /(?:^|\/)(?:schema\.prisma|models?(?:\.py|\/|s?\.ts)|schema\.(?:rs|ts)|entities?\/|entity\/)/i;

interface Searched {
  gone: GoneObject;
  table: RegExp;
  column: RegExp | null;
}

/**
 * Looks for uses of what a plan takes away.
 *
 * `certain`: column and table stand in one statement or line. `likely`: the file names the table and the column. `possible`:
 * only a name was seen that may mean something else.
 *
 * @param stack its migrations are history, and left out
 */
export function findUsage(repository: Repository, stack: Stack | null, catalog: Catalog, gone: readonly GoneObject[]): UsageReport {
  const searched = gone.map(searchFor);
  const report: UsageReport = { total: 0, found: [], filesRead: 0, cut: repository.truncated };
  for (const each of inSchema(catalog, gone)) add(report, each);
  const folders = stack?.migrationFolders ?? [];
  const files = codeExtensions.flatMap((extension) => repository.withExtension(extension)).sort();
  for (const file of files) {
    if (folders.some((folder) => folder !== '.' && file.startsWith(`${folder}/`))) continue;
    if (report.filesRead >= most.files || report.found.length >= most.found) {
      report.cut = true;
      break;
    }
    const text = repository.peek(file, most.bytes);
    report.filesRead += 1;
    for (const one of searched) if (one.table.test(text) || one.column?.test(text)) searchFile(report, file, text, one);
  }
  report.found.sort((a, b) => ranks[a.sure] - ranks[b.sure]);
  return report;
}

const ranks = { certain: 0, likely: 1, possible: 2 };

function add(report: UsageReport, usage: Usage): void {
  report.total += 1;
  if (report.found.length < most.found) report.found.push(usage);
}

function searchFor(gone: GoneObject): Searched {
  const table = splitName(gone.table).at(-1) ?? gone.table;
  return {
    gone,
    table: word([...spellings(table), ...spellings(table.replace(/ies$/, 'y').replace(/s$/, ''))]),
    column: gone.column === null ? null : word(spellings(gone.column)),
  };
}

/** `full_name`, `fullName`, `FullName`: how models of each language call it. */
function spellings(name: string): string[] {
  const camel = name.replace(/_+([a-z0-9])/gi, (_all, letter: string) => letter.toUpperCase());
  return [name, camel, camel.charAt(0).toUpperCase() + camel.slice(1)];
}

function word(names: readonly string[]): RegExp {
  const escaped = [...new Set(names)].filter((name) => name !== '').map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`(?<![A-Za-z0-9_])(?:${escaped.join('|')})(?![A-Za-z0-9_])`);
}

/** Words of SQL near a name say that it is a statement: three lines before and after. */
const statementWords = /\b(select|insert\s+into|update|delete\s+from|join|from|where|returning|order\s+by)\b/i;
const writeWords = /\b(insert\s+into|update|set|create|save|values)\b/i;

function searchFile(report: UsageReport, file: string, text: string, { gone, table, column }: Searched): void {
  const lines = text.split('\n');
  const namesTable = table.test(text);
  for (const [at, line] of lines.entries()) {
    const hit = (column ?? table).exec(line);
    if (hit === null) continue;
    const near = lines.slice(Math.max(0, at - 3), at + 4).join('\n');
    const isSql = statementWords.test(near);
    const together = column === null ? isSql || modelFiles.test(file) : table.test(near);
    const kind = file.endsWith('.sql') ? 'sql' : modelFiles.test(file) ? 'model' : isSql ? 'sql' : 'code';
    if (column !== null && !namesTable && !isSql && kind === 'code' && !/[._]/.test(gone.column ?? '') && (gone.column ?? '').length < 5)
      continue;
    add(report, {
      file,
      line: at + 1,
      kind,
      object: gone.column === null ? gone.table : `${gone.table}.${gone.column}`,
      use: writeWords.test(near) ? 'writes' : isSql ? 'reads' : 'names',
      sure: together ? (isSql || kind === 'model' ? 'certain' : 'likely') : namesTable ? 'likely' : 'possible',
      excerpt: redact(excerpt(line, 160)),
    });
  }
}

/** Views and functions of the schema that name it. */
function inSchema(catalog: Catalog, gone: readonly GoneObject[]): Usage[] {
  const found: Usage[] = [];
  for (const each of gone) {
    const object = each.column === null ? each.table : `${each.table}.${each.column}`;
    const at = { file: '', line: null, object };
    for (const view of catalog.viewsOn(each.table, each.column ?? undefined))
      found.push({ ...at, kind: 'view', use: 'reads', sure: 'certain', excerpt: `view ${view}` });
    const { table, column } = searchFor(each);
    for (const routine of [...catalog.functions.values()].flat()) {
      if (routine.body === null || !(column ?? table).test(routine.body)) continue;
      // A trigger that the plan itself made goes with the step.
      if (/\.zz_/.test(routine.name)) continue;
      found.push({
        ...at,
        kind: 'function',
        use: 'names',
        sure: table.test(routine.body) ? 'likely' : 'possible',
        excerpt: `function ${routine.name}`,
      });
    }
  }
  return found;
}
