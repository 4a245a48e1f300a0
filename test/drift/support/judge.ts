/** Makes every kind of drift on a live schema, and looks whether it is found, named and mended. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { compareSchemas } from '../../../src/core/schema.js';
import { mend } from '../../../src/databases/postgres/snapshot/script/mend.js';
import type { Live } from './live.js';
import { mutations, type Mutation, type Names } from './mutations.js';

/**
 * @param directions `live`: the database is mended; `both`: the files too, i.e. the schema without the drift is made into the one with it
 * @returns what went wrong, one line a kind
 */
export async function judge(live: Live, major: number, names: Names, label: string, directions: 'live' | 'both'): Promise<string[]> {
  const wrong: string[] = [];
  const wanted = await live.tried(() => live.schema());
  for (const mutation of mutations(names)) {
    if ((mutation.since ?? 0) > major) continue;
    const faults: string[] = [];
    const drifted = await live
      .tried(async () => {
        await live.run(mutation.sql);
        const actual = await live.schema();
        const found = compareSchemas(wanted, actual).map((each) => each.id);
        for (const id of mutation.expect) if (!found.includes(id)) faults.push(`${id} is not named`);
        if (found.length === 0) faults.push('not found');
        await live.run(...statements(mend(actual, wanted)));
        faults.push(...compareSchemas(wanted, await live.schema()).map((each) => `${each.id} is left`));
        return actual;
      })
      .catch((error: Error) => void faults.push(error.message));
    if (directions === 'both' && drifted)
      await live
        .tried(async () => {
          await live.run(...statements(mend(wanted, drifted)));
          faults.push(...compareSchemas(drifted, await live.schema()).map((each) => `files: ${each.id} is left`));
        })
        .catch((error: Error) => void faults.push(`files: ${error.message}`));
    keep(label, mutation, faults.length === 0 ? 'ok' : 'FAILED');
    if (faults.length > 0) wrong.push(`${mutation.what}: ${faults.join('; ')}`);
  }
  return wrong;
}

function statements({ steps, byHand }: ReturnType<typeof mend>): string[] {
  if (byHand.length > 0) throw new Error(`by hand: ${byHand.map((each) => each.why).join(' ')}`);
  return steps.map((step) => step.sql);
}

/** One line a cell; `scripts/test.mjs` prints the table of stacks by kinds when the run is over. */
function keep(label: string, mutation: Mutation, state: string): void {
  const file = process.env.LOCKKEEPER_DRIFT_TABLE;
  if (!file) return;
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, `${JSON.stringify({ label, kind: mutation.what, state })}\n`);
}
