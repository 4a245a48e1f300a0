/** Measures everything on all servers and writes the generated facts. Run by `npm run oracle`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { postgresMajors, type RunningServer, startServer } from '../support/postgres.js';
import { buildEffectsTable, formatEffectsTable } from './effects-table.js';
import { generateFunctions } from './functions.js';
import { measure } from './measure.js';
import { shapes } from './shapes/index.js';
import { generateTypeChanges } from './type-changes/table.js';

const factsFolder = fileURLToPath(new URL('../../src/sql/postgres/facts/', import.meta.url));

const parts: Record<string, (servers: RunningServer[]) => Promise<string>> = {
  'effects.generated.json': generateEffects,
  'type-changes.generated.json': generateTypeChanges,
  'functions.generated.json': generateFunctions,
};

/** Generates the named files, or all. A file is written only when all of it could be measured. */
export async function generate(only: string[]): Promise<void> {
  const names = Object.keys(parts).filter((name) => only.length === 0 || only.some((word) => name.startsWith(word)));
  if (names.length === 0) throw new Error(`nothing to generate; there are: ${Object.keys(parts).join(', ')}`);
  await mkdir(factsFolder, { recursive: true });
  const servers = await Promise.all(postgresMajors.map((major) => startServer(major)));
  try {
    for (const name of names) {
      const start = Date.now();
      const text = await parts[name]?.(servers);
      await writeFile(`${factsFolder}${name}`, text ?? '');
      console.error(`${name}: ${text?.length} bytes, ${((Date.now() - start) / 1000).toFixed(1)} s`);
    }
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

async function generateEffects(servers: RunningServer[]): Promise<string> {
  const ids = shapes.map(({ id }) => id);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  if (twice.length > 0) throw new Error(`shapes that are there twice: ${twice.join(', ')}`);
  const results = await Promise.allSettled(servers.map(async (server) => [server.major, await measure(server, shapes)] as const));
  const problems = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason instanceof Error ? result.reason.message : String(result.reason)] : [],
  );
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const outcomes = new Map(results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])));
  return formatEffectsTable(buildEffectsTable(servers, outcomes, ids));
}
