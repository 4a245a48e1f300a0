/**
 * The journal: append-only, each line carries the hash of the line before. Lines come in files that are created as a
 * whole and never opened for writing again, so that a crash leaves no half line, and of two writers at once one tries anew.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LockkeeperError } from '../core/errors.js';
import { hashOf } from '../core/hash.js';
import { redact } from '../core/redact.js';
import { excerpt } from '../core/sanitise.js';
import type { JournalEntry, JournalLine } from './journal-entry.js';
import { maskValues } from './mask-values.js';
import { createPrivate, readIfThere, writePrivate } from './private-files.js';

const beginning = '0'.repeat(64);
const longestText = 600;
const mostTries = 500;

/** What a look at the whole chain found. */
export interface JournalReport {
  lines: number;
  /** Hash of the last line; 64 zeros when there is none. */
  head: string;
  /** What is wrong, one sentence; null when the chain holds. */
  broken: string | null;
}

export class Journal {
  #last: { number: number; hash: string } | null = null;

  /**
   * @param state folder of the store
   * @param who `now` gives the time, `user` is the user of the operating system
   */
  constructor(
    private readonly state: string,
    private readonly who: { now: () => Date; user: string },
  ) {}

  /** Writes one line. It is on the disk when this resolves. Throws as `appendAll`. */
  async append(entry: JournalEntry): Promise<JournalLine> {
    const [line] = await this.appendAll([entry]);
    if (line === undefined) throw cannotWrite('nothing was written');
    return line;
  }

  /**
   * Writes several lines at once, in order. They are on the disk when this resolves.
   *
   * @throws LockkeeperError JOURNAL_BROKEN when they cannot be written: then do not go on
   */
  async appendAll(entries: readonly JournalEntry[]): Promise<JournalLine[]> {
    if (entries.length === 0) return [];
    try {
      for (let attempt = 0; attempt < mostTries; attempt += 1) {
        this.#last = attempt === 0 && this.#last !== null ? this.#last : await this.#readLast();
        const lines = this.#chained(entries, this.#last);
        const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
        if (await createPrivate(this.#file(this.#last.number + 1), text)) {
          const newest = lines.at(-1) as JournalLine;
          this.#last = { number: newest.number, hash: newest.hash };
          // Lines within a run are many; the next line of another kind notes them too.
          const first = newest.number === entries.length;
          if (first || entries.some((entry) => entry.kind !== 'statement' && entry.kind !== 'waited')) {
            await writePrivate(this.#headFile(), JSON.stringify(this.#last));
          }
          return lines;
        }
      }
    } catch (error) {
      throw cannotWrite((error as NodeJS.ErrnoException).code ?? 'unknown');
    }
    throw cannotWrite('too many writers');
  }

  /** All lines, oldest first, as they stand. A line that cannot be read is left out: `verify` tells. */
  async lines(): Promise<JournalLine[]> {
    const lines: JournalLine[] = [];
    for (const file of await this.#files()) {
      for (const text of await this.#texts(file)) {
        const line = parsed(text);
        if (line !== null) lines.push(line);
      }
    }
    return lines;
  }

  /** Follows the chain from its first line to its last, and compares it with the head that was noted apart. */
  async verify(): Promise<JournalReport> {
    const texts: string[] = [];
    for (const file of await this.#files()) texts.push(...(await this.#texts(file)));
    const report = verifyLines(texts);
    if (report.broken !== null) return report;
    const note = parsedHead(await readIfThere(this.#headFile()));
    if (note === null) return texts.length === 0 ? report : { ...report, broken: 'The note of its last line is gone.' };
    if (note.number > texts.length) {
      return { ...report, broken: `It ends at line ${texts.length}, and had ${note.number}: lines were taken away.` };
    }
    const noted = parsed(texts[note.number - 1] ?? '');
    return noted?.hash === note.hash
      ? report
      : { ...report, broken: `Line ${note.number} is not the one that was noted when it was written.` };
  }

  /** Throws LockkeeperError JOURNAL_BROKEN unless the chain holds. */
  async refuseBroken(): Promise<void> {
    const { broken } = await this.verify();
    if (broken === null) return;
    throw new LockkeeperError(
      'JOURNAL_BROKEN',
      `The journal does not verify: ${broken} Nothing is run while it does not.`,
      'A person looks at `lockkeeper audit verify`, keeps the folder as evidence, and moves it away to begin a new journal.',
    );
  }

  #chained(entries: readonly JournalEntry[], last: { number: number; hash: string }): JournalLine[] {
    let { number, hash: previous } = last;
    return entries.map((entry) => {
      number += 1;
      const body = { ...cleaned(entry), number, at: this.who.now().toISOString(), user: this.who.user, process: process.pid, previous };
      const line: JournalLine = { ...body, hash: hashOf(body) };
      previous = line.hash;
      return line;
    });
  }

  async #readLast(): Promise<{ number: number; hash: string }> {
    const newest = (await this.#files()).at(-1);
    if (newest === undefined) return { number: 0, hash: beginning };
    const line = parsed((await this.#texts(newest)).at(-1) ?? '');
    if (line === null) throw Object.assign(new Error(), { code: 'its last line cannot be read' });
    return { number: line.number, hash: line.hash };
  }

  async #files(): Promise<string[]> {
    return (await readdir(join(this.state, 'journal'))).filter((name) => /^\d{12}\.jsonl$/.test(name)).sort();
  }

  async #texts(file: string): Promise<string[]> {
    return (await readFile(join(this.state, 'journal', file), 'utf8')).split('\n').filter((line) => line !== '');
  }

  #file(number: number): string {
    return join(this.state, 'journal', `${String(number).padStart(12, '0')}.jsonl`);
  }

  #headFile(): string {
    return join(this.state, 'journal.head');
  }
}

/**
 * Follows the chain of an exported journal.
 *
 * @param texts its lines, oldest first
 */
export function verifyLines(texts: readonly string[]): JournalReport {
  let head = beginning;
  for (const [at, text] of texts.entries()) {
    const broken = (what: string): JournalReport => ({ lines: texts.length, head, broken: `Line ${at + 1} ${what}.` });
    const line = parsed(text);
    if (line === null) return broken('cannot be read');
    if (line.number !== at + 1) return broken(`is numbered ${line.number}: a line is missing, added or moved`);
    if (line.previous !== head) return broken('does not follow the line before it');
    const { hash, ...body } = line;
    if (hashOf(body) !== hash) return broken('was changed after it was written');
    head = hash;
  }
  return { lines: texts.length, head, broken: null };
}

function cleaned(entry: JournalEntry): JournalEntry {
  const clean = (text: string): string => excerpt(redact(text), longestText);
  return {
    ...entry,
    ...(entry.by === undefined ? {} : { by: clean(entry.by) }),
    ...(entry.client === undefined ? {} : { client: clean(entry.client) }),
    ...(entry.migration === undefined ? {} : { migration: clean(entry.migration) }),
    ...(entry.says === undefined ? {} : { says: clean(entry.says) }),
    ...(entry.sql === undefined ? {} : { sql: maskValues(entry.sql) }),
  };
}

function parsed(text: string): JournalLine | null {
  try {
    const value = JSON.parse(text) as Partial<JournalLine> | null;
    return typeof value?.number === 'number' && typeof value.hash === 'string' ? (value as JournalLine) : null;
  } catch {
    return null;
  }
}

function parsedHead(text: string | null): { number: number; hash: string } | null {
  return text === null ? null : parsed(text);
}

function cannotWrite(why: string): LockkeeperError {
  return new LockkeeperError(
    'JOURNAL_BROKEN',
    `The journal cannot be written (${why}). Nothing is run without it.`,
    'Free some space, or see `lockkeeper audit verify`.',
  );
}
