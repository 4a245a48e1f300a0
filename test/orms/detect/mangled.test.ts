import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import fastCheck from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectStacks, listMigrations, Repository } from '../../../src/orms/index.js';
import { repository } from './fixture.js';

const examples = join(import.meta.dirname, '../../../examples');
const files = Object.fromEntries(
  readdirSync(examples, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [relative(examples, path), readFileSync(path, 'utf8')]),
);

/** All that must not depend on how the text is laid out. */
async function essence(root: string) {
  const opened = await Repository.open(root);
  const { stacks, problems } = await detectStacks(opened);
  const listed = await Promise.all(stacks.map((stack) => listMigrations(opened, stack)));
  return {
    problems,
    stacks,
    listed: listed.map(({ migrations, problems: found }) => ({
      problems: found,
      migrations: migrations.map(({ name, transactionMode, parents, notes, up, down }) => [
        name,
        transactionMode,
        parents,
        notes,
        up?.line,
        up?.sql.replaceAll('\r', ''),
        down?.line,
        down?.sql.replaceAll('\r', ''),
      ]),
    })),
  };
}

describe('the examples, mangled', () => {
  it('are the same with Windows line ends and a byte order mark', async () => {
    const mangled = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, `\uFEFF${text.replaceAll('\n', '\r\n')}`]));
    expect(await essence(repository(mangled))).toEqual(await essence(repository(files)));
  }, 30_000);

  it('cut off anywhere never make a tool fail', async () => {
    const configurations = Object.keys(files).filter((path) => !/\.(sql|md|ts|rs)$/.test(path) || /config\.ts$/.test(path));
    await fastCheck.assert(
      fastCheck.asyncProperty(
        fastCheck.array(fastCheck.tuple(fastCheck.constantFrom(...configurations), fastCheck.double({ min: 0, max: 1, noNaN: true })), {
          minLength: 1,
          maxLength: 12,
        }),
        async (cuts) => {
          const cut = Object.fromEntries(cuts.map(([path, part]) => [path, files[path]!.slice(0, Math.floor(files[path]!.length * part))]));
          const { problems, listed } = await essence(repository({ ...files, ...cut }));
          for (const problem of [...problems, ...listed.flatMap((each) => each.problems)]) {
            expect(problem.code).not.toBe('INTERNAL');
            expect(problem.next).not.toBe('');
          }
        },
      ),
      { numRuns: 12 },
    );
  }, 120_000);
});
