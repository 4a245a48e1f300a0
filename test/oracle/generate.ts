/** Measures everything on all servers and writes the generated facts. Run by `npm run oracle`. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { postgresMajors, type RunningServer, startServer } from '../support/postgres.js';
import { buildEffectsTable, type EffectsTable, formatEffectsTable } from './effects-table.js';
import { generateFunctions } from './functions.js';
import { measureTwice } from './measure-twice.js';
import { shapes } from './shapes/index.js';
import { generateThroughput } from './throughput/table.js';
import { generateTypeChanges } from './type-changes/table.js';

interface Part {
  /** Beneath `src`. */
  file: string;
  generate(servers: RunningServer[]): Promise<string>;
  /** Times what it does, on a server that it starts itself: no other one may run beside it. */
  alone?: true;
}

const parts: Record<string, Part> = {
  effects: { file: 'sql/postgres/facts/effects.generated.json', generate: generateEffects },
  'type-changes': { file: 'sql/postgres/facts/type-changes.generated.json', generate: generateTypeChanges },
  functions: { file: 'sql/postgres/facts/functions.generated.json', generate: generateFunctions },
  throughput: { file: 'rules/facts/throughput.generated.json', generate: generateThroughput, alone: true },
};

/** Generates the named parts, or all. A file is written only when all of it could be measured. */
export async function generate(only: string[]): Promise<void> {
  const unknown = only.filter((name) => !(name in parts));
  if (unknown.length > 0) throw new Error(`no such part: ${unknown.join(', ')}; there are: ${Object.keys(parts).join(', ')}`);
  const wanted = Object.entries(parts).filter(([name]) => only.length === 0 || only.includes(name));
  for (const [name, part] of wanted.filter(([, part]) => part.alone)) await write(name, part, []);
  const together = wanted.filter(([, part]) => !part.alone);
  if (together.length === 0) return;
  const servers = await Promise.all(postgresMajors.map((major) => startServer(major)));
  try {
    for (const [name, part] of together) await write(name, part, servers);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

async function write(name: string, part: Part, servers: RunningServer[]): Promise<void> {
  const start = Date.now();
  const text = await part.generate(servers);
  const file = fileURLToPath(new URL(`../../src/${part.file}`, import.meta.url));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  console.error(`${name}: ${text.length} bytes, ${((Date.now() - start) / 1000).toFixed(1)} s`);
}

const effectsFile = new URL('../../src/sql/postgres/facts/effects.generated.json', import.meta.url);

async function generateEffects(servers: RunningServer[]): Promise<string> {
  const ids = shapes.map(({ id }) => id);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  if (twice.length > 0) throw new Error(`shapes that are there twice: ${twice.join(', ')}`);
  const before = JSON.parse(await readFile(effectsFile, 'utf8')) as EffectsTable;
  const results = await Promise.allSettled(
    servers.map(async (server) => [server.major, await measureTwice(server, shapes, before)] as const),
  );
  const problems = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason instanceof Error ? result.reason.message : String(result.reason)] : [],
  );
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const outcomes = new Map(results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])));
  return formatEffectsTable(buildEffectsTable(servers, outcomes, ids));
}
