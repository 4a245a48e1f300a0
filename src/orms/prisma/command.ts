/** Starts the project's own Prisma on a database and a migrations folder that we choose. */
import { cp, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LockkeeperError } from '../../core/errors.js';
import type { Repository } from '../repository.js';
import { majorOf } from '../runners/javascript.js';
import { type ChildResult, runChild } from '../run/child.js';
import { toolEnvironment } from '../run/environment.js';
import { readPrismaSchema } from './schema.js';
import type { Address, TargetCall, ToolRun } from '../tool.js';

export interface PrismaSetting {
  /** Folder for files of ours. */
  temporary: string;
  /** The migrations folder that the CLI sees. */
  migrations: string;
  /** Empty database for replays. */
  shadow: Address | null;
}

const own = 'LOCKKEEPER_PRISMA_URL';
const ownShadow = 'LOCKKEEPER_PRISMA_SHADOW_URL';

/**
 * Runs one command. Prisma 7 gets a configuration of ours, so that nothing of the project decides which database it is; 5 and 6
 * read the address in the schema, through the variables that it names.
 *
 * @throws LockkeeperError TARGET_NOT_ADDRESSABLE, NOT_OFFERED, TOOL_NOT_FOUND
 */
export async function prismaCommand(call: TargetCall, setting: PrismaSetting, words: readonly string[]): Promise<ToolRun> {
  const result = await runPrisma(call, setting, words);
  return {
    commands: [result.command],
    exitCode: result.exitCode,
    timedOut: result.timedOut,
    said: result.said,
    error: errorOf(result),
    notes: [],
  };
}

/** The same, with the output as it came. */
export async function runPrisma(call: TargetCall, setting: PrismaSetting, words: readonly string[]): Promise<ChildResult> {
  const { stack } = call;
  if (stack.command === null)
    throw new LockkeeperError('NOT_OFFERED', `How Prisma is started in ${stack.folder} is not known.`, "Install the project's packages.");
  const major = majorOf(stack.toolVersion) ?? 7;
  if (major >= 8)
    throw new LockkeeperError(
      'NOT_OFFERED',
      'Prisma 8 has another command line, which is not run.',
      'Run its commands yourself, on a copy of the database first.',
    );
  const schema = join(call.repository.root, stack.settings?.['schema'] ?? 'prisma/schema.prisma');
  const address = withSchema(call.address);
  const shadow = setting.shadow === null ? null : withSchema(setting.shadow);
  const variables: Record<string, string> = { [own]: address, ...(shadow === null ? {} : { [ownShadow]: shadow }) };
  const more: string[] = [];
  if (major >= 7) more.push('--config', await writeConfig(setting, schema));
  else {
    for (const name of variablesOf(call.repository, stack.settings?.['schema'] ?? 'prisma/schema.prisma')) variables[name] = address;
    // `migrate diff` names its schema itself.
    if (words[1] !== 'diff') more.push('--schema', await copySchema(setting, schema));
  }
  return runChild({
    words: [...stack.command, ...words, ...more],
    folder: join(call.repository.root, stack.folder),
    environment: {
      ...toolEnvironment(call.environment, variables),
      CHECKPOINT_DISABLE: '1',
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      PRISMA_SKIP_POSTINSTALL_GENERATE: '1',
    },
    secrets: [call.address.password, address, shadow, setting.shadow?.password, setting.temporary],
    ...(call.signal ? { signal: call.signal } : {}),
    ...(call.timeoutMs ? { timeoutMs: call.timeoutMs } : {}),
  });
}

async function writeConfig(setting: PrismaSetting, schema: string): Promise<string> {
  const file = join(setting.temporary, 'prisma.config.mjs');
  const shadow = setting.shadow === null ? '' : `, shadowDatabaseUrl: process.env.${ownShadow}`;
  const text = `export default {\n  schema: ${JSON.stringify(schema)},\n  migrations: { path: ${JSON.stringify(setting.migrations)} },\n  datasource: { url: process.env.${own}${shadow} },\n};\n`;
  await writeFile(file, text);
  return file;
}

/** Up to 6 the migrations lie beside the schema: it goes where they are. */
async function copySchema(setting: PrismaSetting, schema: string): Promise<string> {
  const copy = join(setting.temporary, basename(schema));
  await cp(schema, copy, { recursive: true });
  return copy;
}

/** Variables that the datasource block reads its addresses from. */
function variablesOf(repository: Repository, schema: string): string[] {
  const files = repository.hasFile(schema) ? [schema] : repository.filesUnder(schema).filter((file) => file.endsWith('.prisma'));
  const sources = files
    .flatMap((file) => readPrismaSchema(repository.tryRead(file) ?? '').blocks)
    .filter((block) => block.kind === 'datasource');
  const settings = sources
    .flatMap((block) => [block.settings.get('url'), block.settings.get('directUrl')])
    .filter((each) => each !== undefined);
  const names = settings.map((each) => each.variable).filter((name) => name !== null);
  if (names.length > 0 && names.length === settings.length) return names;
  throw new LockkeeperError(
    'TARGET_NOT_ADDRESSABLE',
    'The schema does not read its address from a variable, so Prisma cannot be pointed at another database.',
    'Write url = env("DATABASE_URL") in the datasource block.',
  );
}

/** Prisma takes the schema of its tables from the address. */
function withSchema(address: Address): string {
  const [first] = address.searchPath ?? [];
  if (first === undefined || first === 'public') return address.url;
  return `${address.url}${address.url.includes('?') ? '&' : '?'}schema=${encodeURIComponent(first)}`;
}

function errorOf(result: ChildResult): ToolRun['error'] {
  if (result.exitCode === 0) return null;
  const sqlState = /Database error code:\s*([0-9A-Z]{5})/.exec(result.said)?.[1] ?? null;
  const message =
    /Database error:\s*\n?\s*(?:ERROR:\s*)?([^\n]+)/.exec(result.said)?.[1] ?? /^Error:\s*(.+)$/m.exec(result.said)?.[1] ?? null;
  return message === null ? null : { sqlState, message: message.trim() };
}
