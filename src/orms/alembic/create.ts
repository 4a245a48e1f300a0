/** Writes an Alembic revision behind the head, from SQL or from the models. */
import { createHash } from 'node:crypto';
import { LockkeeperError } from '../../core/errors.js';
import { writeNew } from '../run/write-files.js';
import type { CreatedMigration, NewMigration, ThrowAwayTarget, ToolCall } from '../tool.js';
import { autogenerate } from './autogenerate.js';

/** @throws LockkeeperError BAD_USAGE with several heads, WOULD_OVERWRITE, and what `autogenerate` throws */
export async function createAlembic(call: ToolCall, wanted: NewMigration, throwAway: ThrowAwayTarget | null): Promise<CreatedMigration> {
  const { heads } = call.stack;
  if (heads.length > 1) {
    throw new LockkeeperError(
      'BAD_USAGE',
      `There are ${heads.length} heads (${heads.join(', ')}): a new revision has no place.`,
      `Join them first: ${(call.stack.command ?? ['alembic']).join(' ')} merge -m "merge heads" ${heads.join(' ')}.`,
    );
  }
  const folder = call.stack.migrationFolders[0];
  if (folder === undefined)
    throw new LockkeeperError('BAD_USAGE', 'The stack has no folder of versions.', 'Make the folder versions beside env.py.');
  const id = createHash('sha256').update(`${wanted.now.toISOString()} ${wanted.name} ${wanted.sql}`).digest('hex').slice(0, 12);
  if (wanted.sql === null) {
    if (throwAway === null) throw new LockkeeperError('INTERNAL', 'Autogenerate needs a throw-away database.', 'Report this as a defect.');
    return autogenerate(call, wanted, id, throwAway);
  }
  const path = `${folder}/${id}_${wanted.name}.py`;
  await writeNew(call.repository.root, [{ path, text: fileText(wanted, id, heads[0] ?? null) }]);
  return {
    name: id,
    files: [{ path, change: 'created' }],
    modelsNeed: ['The models must say the same, or the next autogenerate takes the change back.'],
    notes: wanted.down === null ? ['There is no way back: downgrade() raises. Give one with --down.'] : [],
  };
}

function fileText(wanted: NewMigration, id: string, parent: string | null): string {
  const title = wanted.name.replaceAll('_', ' ');
  const date = wanted.now.toISOString().replace('T', ' ').slice(0, 19);
  const back =
    wanted.down === null ? '    raise NotImplementedError("there is no way back")\n' : body(wanted.down, wanted.outsideTransaction);
  return `"""${title}

Revision ID: ${id}
Revises: ${parent ?? ''}
Create Date: ${date}

"""
from alembic import op

revision = "${id}"
down_revision = ${parent === null ? 'None' : `"${parent}"`}
branch_labels = None
depends_on = None


def upgrade() -> None:
${body(wanted.sql ?? '', wanted.outsideTransaction)}

def downgrade() -> None:
${back}`;
}

/** One `op.execute` a script; the driver sends it whole. Outside a transaction each script must be one statement. */
function body(sql: string, outsideTransaction: boolean): string {
  const text = sql.trim().replaceAll('\\', '\\\\').replaceAll('"""', '\\"\\"\\"').replaceAll(':', '\\\\:');
  const call = text.includes('\n') ? `op.execute("""\n${text}\n""")` : `op.execute("""${text}""")`;
  if (!outsideTransaction) return `    ${call}\n`;
  return `    with op.get_context().autocommit_block():\n        ${call}\n`;
}
