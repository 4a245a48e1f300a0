import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { ToolCheck } from '../../core/drift.js';
import { LockkeeperError, type LockkeeperProblem } from '../../core/errors.js';
import { compareSchemas, type SchemaSnapshot } from '../../core/schema.js';
import type { Address, MigrationTool, ToolCall } from '../../orms/tool.js';
import type { OperationContext } from '../context.js';
import type { DriftInput } from '../drift.js';
import { openStack } from '../stack-call.js';
import { withThrowAway } from '../throw-away.js';

export interface ModelsLook {
  snapshot: SchemaSnapshot | null;
  says: string;
  checks: ToolCheck[];
  problems: LockkeeperProblem[];
}

/** Where the files were replayed: the schema as far as the target is, and after all files. */
interface Replayed {
  address: Address;
  files: SchemaSnapshot;
  all: SchemaSnapshot;
}

/** Folders that are large, not ours, and found where they are. */
const linked = new Set(['node_modules', '.venv', 'venv', 'target', 'vendor', '.git']);

/**
 * What the models say, by the migration that the tool would make from them: it is written into a copy of the project, and run on
 * the throw-away that has all files. What a tool cannot express in its models is thus no difference.
 */
export async function lookAtModels(
  input: DriftInput,
  context: OperationContext,
  { tool, call }: { tool: MigrationTool; call: ToolCall },
  replayed: Replayed,
): Promise<ModelsLook> {
  const checks = await checksOf(input, context, tool, call);
  const ran: LockkeeperProblem = {
    code: 'PROJECT_CODE_RAN',
    message: `${tool.name} loaded the models of the project, as asked.`,
    next: 'It ran in a copy of the project, on throw-away databases.',
  };
  if (tool.create === undefined) return { snapshot: null, says: `${tool.name} reads no models`, checks, problems: [] };
  const folder = await mkdtemp(join(tmpdir(), 'lockkeeper-models-'));
  try {
    const copy = join(folder, basename(call.repository.root));
    await copyProject(call.repository.root, copy);
    const open = () => openStack({ project: copy, stack: call.stack.id }, context);
    const before = await open();
    const wanted = { name: 'drift_of_models', sql: null, down: null, outsideTransaction: false, renames: [], now: new Date(), place: null };
    const created = await withThrowAway(input.throwAwayVariable, context, (opened) =>
      before.tool.create!(before.call, wanted, opened.target),
    );
    const after = await open();
    const { applyOne, readThrowAway } = await import('../../rehearse/replay.js');
    for (const migration of after.call.migrations.filter((each) => !call.migrations.some((old) => old.name === each.name)))
      await applyOne(after.tool, after.call, replayed.address, migration);
    const models = await readThrowAway(replayed.address);
    return {
      snapshot: onto(replayed, models),
      says: `${tool.name} would make a migration from them: ${created.name}`,
      checks,
      problems: [ran],
    };
  } catch (error) {
    if (!(error instanceof LockkeeperError)) throw error;
    const { code, message } = error.problem;
    if (code === 'NOTHING_TO_DO')
      return { snapshot: replayed.files, says: 'they agree with the migration files, by the tool itself', checks, problems: [ran] };
    if (code === 'NOT_OFFERED') return { snapshot: null, says: message, checks, problems: [] };
    return { snapshot: null, says: `could not be judged: ${message}`, checks, problems: [ran, error.problem] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The tool's own check, on a throw-away of its own; where it cannot run, that is what it says. */
async function checksOf(input: DriftInput, context: OperationContext, tool: MigrationTool, call: ToolCall): Promise<ToolCheck[]> {
  const { check } = tool;
  if (check === undefined) return [];
  const here = (text: string): string => text.replaceAll(call.repository.root, '.');
  try {
    const said = await withThrowAway(input.throwAwayVariable, context, (opened) => check(call, opened.target));
    return [{ ...said, command: said.command.map(here), said: here(said.said) }];
  } catch (error) {
    if (!(error instanceof LockkeeperError)) throw error;
    return [{ command: [], verdict: 'failed', compares: `what ${tool.name} checks itself`, said: here(error.problem.message) }];
  }
}

/** The difference between models and all files, put on what the target should have: pending migrations are no drift of the models. */
function onto({ files, all }: Replayed, models: SchemaSnapshot): SchemaSnapshot {
  const objects = new Map(files.objects);
  const below = (snapshot: SchemaSnapshot, id: string): string[] =>
    [...snapshot.objects].flatMap(([child, object]) => (object.parent === id ? [child, ...below(snapshot, child)] : []));
  for (const { id, change } of compareSchemas(all, models)) {
    if (change === 'onlyLeft') for (const each of [id, ...below(all, id)]) objects.delete(each);
    else for (const each of [id, ...(change === 'onlyRight' ? below(models, id) : [])]) objects.set(each, models.objects.get(each)!);
  }
  return { ...files, objects };
}

async function copyProject(from: string, to: string): Promise<void> {
  const links: string[] = [];
  await cp(from, to, {
    recursive: true,
    filter: (source) => {
      if (!linked.has(basename(source)) || source === from) return true;
      links.push(source);
      return false;
    },
  });
  for (const source of links) {
    if (basename(source) === '.git') continue;
    const link = join(to, source.slice(from.length + 1));
    if (dirname(link).startsWith(to)) await symlink(source, link);
  }
}
