/**
 * How far a backfill is, between two calls. It lies in the state folder of the user, outside every repository and never in the target.
 * It holds the last key that was done, which is a value of the database: it is readable to its owner alone, is in no answer, no
 * journal and no log, and goes when the backfill is done.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson, writePrivate } from '../../approve/private-files.js';
import { hashOf } from '../../core/hash.js';
import type { BackfillSpec } from '../../core/plan.js';
import type { Position } from './ranges.js';

interface Recorded {
  position: Position;
  changed: number;
}

/** Which database: a copy of it with another name or server starts at the beginning. */
export interface RecordOwner {
  systemIdentifier: string | null;
  database: string;
  spec: BackfillSpec;
}

export class ProgressRecord {
  private readonly folder: string;
  private readonly file: string;

  /** @param state absolute path of the state folder */
  constructor(state: string, { systemIdentifier, database, spec }: RecordOwner) {
    const { table, action, assignment, where, key } = spec;
    this.folder = join(state, 'backfills');
    this.file = join(this.folder, `${hashOf({ systemIdentifier, database, table, action, assignment, where, key })}.json`);
  }

  /** Null when there is none, or it cannot be read: then every range is gone through again, and finds its rows done. */
  async read(): Promise<Recorded | null> {
    const value = (await readJson(this.file)) as Partial<Recorded> | null;
    const { position, changed } = value ?? {};
    const whole = Array.isArray(position) && position.every((each) => typeof each === 'string') && typeof changed === 'number';
    return whole ? { position, changed } : null;
  }

  /** On the disk when this resolves. */
  async write(recorded: Recorded): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await writePrivate(this.file, JSON.stringify(recorded));
  }

  async remove(): Promise<void> {
    await rm(this.file, { force: true });
  }
}
