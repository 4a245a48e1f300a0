// Shows lockkeeper at work as an agent sees it: a real MCP client asks the built server about the example projects; then
// what the server foretold is run in an embedded PostgreSQL, and what happened is set beside it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePackages, fail, root, run } from './lib/packages.mjs';
import { bold, heading, paper, say } from './lib/paint.mjs';

ensurePackages();
run(process.execPath, ['scripts/build.mjs']);
(await import('tsx/esm/api')).register();
const [{ Client }, { StdioClientTransport }, { detectionText }, { assessmentText }, { compareWithEmbedded }, orms] = await Promise.all([
  import('@modelcontextprotocol/client'),
  import('@modelcontextprotocol/client/stdio'),
  import('../src/report/detection-text.ts'),
  import('../src/report/assessment-text.ts'),
  import('./lib/embedded-run.mjs'),
  import('../src/orms/index.ts'),
]);

const examples = join(root, 'examples');
const listed = JSON.parse(readFileSync(join(examples, 'examples.json'), 'utf8'));
const client = new Client({ name: 'lockkeeper-demo', version: '1.0.0' });
await client.connect(
  new StdioClientTransport({ command: process.execPath, args: [join(root, 'dist/cli.js'), '--project', examples], stderr: 'inherit' }),
);

try {
  heading('detect_orm: which migration tools are here?');
  const detection = await ask('detect_orm', {});
  say(detectionText(detection, paper));

  const assessed = [];
  for (const stack of detection.stacks) {
    const example = listed.find((each) => each.stack === stack.tool && each.path === `examples/${stack.folder}`);
    if (!example) continue;
    const { pending } = example;
    heading(`assess_risk: ${pending.join(', ')} of ${stack.id}`);
    const assessment = await ask('assess_risk', { stack: stack.id, migrations: pending });
    say(assessmentText(assessment, paper));
    if (assessment.statements.length > 0) assessed.push({ stack, pending, assessment });
  }
  await showEmbedded(assessed);
} finally {
  await client.close();
}

/** Calls a tool and follows its cursor: long lists come in parts. */
async function ask(tool, words) {
  const whole = await call(tool, words);
  for (let { cursor } = whole.page; cursor !== null; ) {
    const part = await call(tool, { ...words, cursor });
    for (const list of ['stacks', 'findings', 'statements', 'suppressed']) whole[list]?.push(...part[list]);
    whole.coverage?.unanalysed.push(...part.coverage.unanalysed);
    cursor = part.page.cursor;
  }
  return whole;
}

async function call(tool, words) {
  const answer = await client.callTool({ name: tool, arguments: { ...words, response_format: 'detailed' } }, { timeout: 120_000 });
  if (answer.isError) fail(answer.content.map((part) => part.text).join('\n'));
  return answer.structuredContent;
}

/** Runs the pending migrations in the embedded PostgreSQL and says whether each did what was foretold. */
async function showEmbedded(assessed) {
  const { stacks } = await orms.detectStacks(examples);
  const sum = { statements: 0, agree: 0 };
  for (const { stack, pending, assessment } of assessed) {
    const { migrations } = await orms.listMigrations(examples, orms.findStack(stacks, stack.id));
    const first = migrations.findIndex((migration) => pending.includes(migration.name));
    const history = migrations.slice(0, first).map((migration) => migration.up.sql);
    const up = assessment.statements.filter((statement) => statement.direction === 'up');
    const { version, comparisons } = await compareWithEmbedded(history, up);
    heading(`${stack.id}: foretold, and seen in the embedded PostgreSQL ${version}`);
    for (const { statement, predicted, observed, agree } of comparisons) {
      say(`${agree ? '✔' : '✖'} ${bold(statement.sql.replace(/\s+/g, ' ').slice(0, paper.width - 2))}`);
      say(`    foretold  ${predicted.join(', ') || 'nothing that matters'}`);
      say(`    seen      ${observed.join(', ') || 'nothing that matters'}`);
      sum.statements += 1;
      if (agree) sum.agree += 1;
    }
  }
  say(`\n${bold(`${sum.agree} of ${sum.statements} statements did exactly what was foretold.`)}`);
  if (sum.agree < sum.statements) process.exitCode = 1;
}
