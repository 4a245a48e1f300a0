// Shows lockkeeper at work as an agent sees it: a real MCP client asks the built server about the example projects; then
// what the server foretold is run in an embedded PostgreSQL, and what happened is set beside it. Last comes a safe plan, carried
// out there to its end.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePackages, fail, root, run } from './lib/packages.mjs';
import { bold, heading, paper, say } from './lib/paint.mjs';

ensurePackages();
run(process.execPath, ['scripts/build.mjs']);
(await import('tsx/esm/api')).register();
const [{ Client }, { StdioClientTransport }, { detectionText }, { assessmentText }, { planText }, embedded, orms] = await Promise.all([
  import('@modelcontextprotocol/client'),
  import('@modelcontextprotocol/client/stdio'),
  import('../src/report/detection-text.ts'),
  import('../src/report/assessment-text.ts'),
  import('../src/report/plan-text.ts'),
  import('./lib/embedded-run.mjs'),
  import('../src/orms/index.ts'),
]);

const examples = join(root, 'examples');
const listed = JSON.parse(readFileSync(join(examples, 'examples.json'), 'utf8'));
const client = new Client({ name: 'lockkeeper-demo', version: '1.0.0' });
// Plans are kept outside of the repository; those of the demo go with it.
const state = mkdtempSync(join(tmpdir(), 'lockkeeper-demo-'));
await client.connect(
  new StdioClientTransport({
    command: process.execPath,
    args: [join(root, 'dist/cli.js'), '--project', examples],
    env: { ...process.env, LOCKKEEPER_STATE: state },
    stderr: 'inherit',
  }),
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
  await showPlan('prisma:prisma', { kind: 'renameColumn', table: 'users', column: 'name', to: 'full_name' });
} finally {
  await client.close();
  rmSync(state, { recursive: true, force: true });
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

/** Asks for the safe way of a change, and goes it in the embedded PostgreSQL: each step's own check says whether it is done. */
async function showPlan(stack, change) {
  heading(`plan_safe_change: ${JSON.stringify(change)} of ${stack}`);
  const { id } = await call('plan_safe_change', { stack, changes: [change] });
  const { contents } = await client.readResource({ uri: `lockkeeper://plans/${id}` });
  const plan = JSON.parse(contents[0].text);
  say(planText(plan, paper));
  const { migrations } = await orms.listMigrations(examples, orms.findStack((await orms.detectStacks(examples)).stacks, stack));
  heading('every step carried out in the embedded PostgreSQL');
  const steps = plan.phases.flatMap((phase) => phase.steps);
  for (const { step, before, after } of await embedded.carryOut(
    migrations.map((migration) => migration.up.sql),
    steps,
  )) {
    say(`${!before && after ? '✔' : '✖'} ${bold(`${step.id} ${step.title}`)}: its check says ${before} before, ${after} after`);
    if (before || !after) process.exitCode = 1;
  }
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
    const { version, comparisons } = await embedded.compareWithEmbedded(history, up);
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
