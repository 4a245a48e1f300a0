// The examples' histories: the same schema from the real tool on every server, and every kind of drift found on top of it.
// Runs on the servers of support/servers.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareSchemas, type SchemaSnapshot } from '../../src/core/schema.js';
import { openStack } from '../../src/operations/stack-call.js';
import { replay } from '../../src/rehearse/replay.js';
import { openThrowAwayTarget } from '../../src/rehearse/throw-away.js';
import { ToolUnavailable } from '../orms/conformance/driver.js';
import { testServers } from '../support/servers.js';
import { database, drivers, examples, Project } from './support/example.js';
import { judge } from './support/judge.js';
import { Live, makeRoles } from './support/live.js';
import { extraSql, type Names } from './support/mutations.js';

const servers = testServers();
const judged = servers.find((each) => each.major === 17) ?? servers.at(-1);

/** Statements that make no schema: bookkeeping of tools, with values of their own. */
const bookkeeping =
  /^\s*(?:select|insert|update|delete|show|deallocate|discard|with|listen|set\s+(?:client_encoding|extra_float_digits|application_name|session))/i;

describe.skipIf(judged === undefined).each(await examples())('$name', (example) => {
  let project: Project | null = null;
  let unavailable = '';
  let embedded: SchemaSnapshot;
  let statements: string[] = [];

  beforeAll(async () => {
    try {
      project = await Project.open(example);
    } catch (error) {
      if (!(error instanceof ToolUnavailable) || process.env.CI) throw error;
      unavailable = error.message;
      return;
    }
    const { tool, call } = await openStack({ project: project.folder, stack: project.stack }, project.context());
    const opened = await openThrowAwayTarget(undefined, {});
    try {
      embedded = await replay({ tool, call, address: opened.target.address, migrations: call.migrations, onStep: () => undefined });
      statements = opened.target
        .recorded()
        .filter((each) => !each.failed && !each.values.length && !bookkeeping.test(each.sql))
        .map((each) => each.sql);
    } finally {
      await opened.close();
    }
  }, 20 * 60_000);
  afterAll(() => project?.remove());

  test('its history comes to the same schema on every server as embedded', { timeout: 240_000 }, async (context) => {
    if (project === null) return context.skip(unavailable);
    expect([...embedded.objects.values()].filter((object) => object.kind === 'table').length).toBeGreaterThan(2);
    for (const server of servers) {
      const scratch = await database(server, example.name);
      const live = await Live.open(scratch.url, server.major);
      try {
        await live.run(...statements);
        expect(compareSchemas(embedded, await live.tried(() => live.schema())), `PostgreSQL ${server.major}`).toEqual([]);
      } finally {
        await live.close();
        await scratch.drop();
      }
    }
  });

  // One of each tool; the monorepo's histories are of the same tools.
  test.runIf(example.root === example.path)('every kind of drift on top of it', { timeout: 240_000 }, async (context) => {
    if (project === null || !judged) return context.skip(unavailable);
    await makeRoles(judged.adminUrl);
    const scratch = await database(judged, example.name);
    const live = await Live.open(scratch.url, judged.major);
    try {
      await live.run(...statements);
      const names = namesIn(await live.tried(() => live.schema()));
      await live.run(extraSql(names));
      expect(await judge(live, judged.major, names, `${drivers[example.stack]!.tool} ${example.name}`, 'live')).toEqual([]);
    } finally {
      await live.close();
      await scratch.drop();
    }
  });
});

/** A table of the history that points at another, with the names that the statements of the judge need. */
function namesIn(schema: SchemaSnapshot): Names {
  const objects = [...schema.objects.values()];
  const key = (table: string) => objects.find((each) => each.parent === `table ${table}` && each.properties['type'] === 'primary key');
  const column = (text = '') => /\(([^(),]+)\)/.exec(text)?.[1] ?? '';
  for (const foreign of objects.filter((each) => each.properties['type'] === 'foreign key')) {
    const table = foreign.parent!.slice('table '.length);
    const other = foreign.properties['references']!.split(' (')[0]!;
    const [own, theirs] = [key(table), key(other)];
    if (other === table || column(own?.properties['definition']) === '' || column(theirs?.properties['definition']) === '') continue;
    return {
      table,
      key: column(own!.properties['definition']),
      foreignKey: foreign.name.slice(table.length + 1),
      primaryKey: own!.name.slice(table.length + 1),
      other,
      otherKey: column(theirs!.properties['definition']),
    };
  }
  throw new Error('the example has no foreign key');
}
