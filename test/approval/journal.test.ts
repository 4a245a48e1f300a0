import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Journal } from '../../src/approve/index.js';
import { verifyLines } from '../../src/approve/journal.js';
import { maskValues } from '../../src/approve/mask-values.js';
import { type World, world } from './support/world.js';

const folderOf = (at: World): string => join(at.state.folder, 'journal');
const filesOf = async (at: World): Promise<string[]> => (await readdir(folderOf(at))).sort();

async function withLines(count: number): Promise<World> {
  const at = await world();
  for (let number = 1; number <= count; number += 1) await at.state.journal.append({ kind: 'step', says: `step ${number}` });
  return at;
}

describe('the chain', () => {
  test('holds over lines of one and of several writers at once', async () => {
    const at = await world();
    const writers = Array.from({ length: 8 }, () => new Journal(at.state.folder, { now: at.state.now, user: 'u' }));
    await Promise.all(
      writers.map(async (writer) => {
        for (let each = 0; each < 5; each += 1) await writer.appendAll([{ kind: 'statement', sql: 'SELECT 1' }, { kind: 'statement' }]);
      }),
    );
    expect(await at.state.journal.verify()).toMatchObject({ lines: 80, broken: null });
  });

  test('fails when a line is edited, taken out of the middle, off the end, or moved', async () => {
    const edited = await withLines(5);
    const [first] = await filesOf(edited);
    const path = join(folderOf(edited), first ?? '');
    await writeFile(path, (await readFile(path, 'utf8')).replace('step 1', 'step 9'));
    expect((await edited.state.journal.verify()).broken).toMatch(/Line 1 was changed/);

    const cut = await withLines(5);
    await rm(join(folderOf(cut), (await filesOf(cut))[2] ?? ''));
    expect((await cut.state.journal.verify()).broken).toMatch(/Line 3 is numbered 4/);

    const shortened = await withLines(5);
    await rm(join(folderOf(shortened), (await filesOf(shortened))[4] ?? ''));
    expect((await shortened.state.journal.verify()).broken).toMatch(/lines were taken away/);

    const moved = (await withLines(3)).state.journal;
    const texts = (await moved.lines()).map((line) => JSON.stringify(line));
    expect(verifyLines([texts[0] ?? '', texts[2] ?? '', texts[1] ?? '']).broken).toMatch(/Line 2 is numbered 3/);
    expect(verifyLines(texts).broken).toBeNull();
  });

  test('a journal that does not verify stops every run', async () => {
    const at = await withLines(2);
    await rm(join(folderOf(at), (await filesOf(at))[0] ?? ''));
    await expect(at.state.journal.refuseBroken()).rejects.toMatchObject({ problem: { code: 'JOURNAL_BROKEN', next: expect.any(String) } });
  });

  test('a line that was written while another process died half way is whole or not there', async () => {
    const at = await withLines(2);
    await writeFile(join(folderOf(at), '000000000003.jsonl.abc.new'), '{"number":3,"ki');
    await at.state.journal.append({ kind: 'outcome' });
    expect(await at.state.journal.verify()).toMatchObject({ lines: 3, broken: null });
  });
});

describe('no values get into it', () => {
  test.each([
    ["INSERT INTO users VALUES (4711, 'ada@example.org', E'it\\'s', $$body$$, $t$more$t$)", ['4711', 'ada', 'it', 'body', 'more']],
    ["UPDATE \"o'hara\" SET salary = 99000 WHERE name = 'Bob -- x' /* secret 12 */", ['99000', 'Bob', 'secret']],
    ["ALTER ROLE app PASSWORD 'hunter2hunter2'", ['hunter2']],
    ["SELECT 'never closed 4242", ['never', '4242']],
    ["COMMENT ON TABLE t IS 'postgres://u:pw@db.internal/x'", ['internal', 'pw']],
  ])('%s', (sql, hidden) => {
    const masked = maskValues(sql);
    for (const each of hidden) expect(masked).not.toContain(each);
  });

  test('names and lengths stay', () => {
    expect(maskValues('ALTER TABLE "Users" ALTER COLUMN c2 TYPE varchar(255)')).toBe(
      'ALTER TABLE "Users" ALTER COLUMN c2 TYPE varchar(255)',
    );
  });

  test('nothing of it in the files', async () => {
    const at = await world();
    await at.state.journal.append({
      kind: 'statement',
      sql: "INSERT INTO t VALUES ('row-value-1')",
      says: 'postgres://me:pw-secret@host-x/db failed',
    });
    const text = await readFile(join(folderOf(at), (await filesOf(at))[0] ?? ''), 'utf8');
    for (const secret of ['row-value-1', 'pw-secret', 'host-x']) expect(text).not.toContain(secret);
  });
});
