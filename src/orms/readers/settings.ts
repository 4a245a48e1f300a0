/** Line-based settings: `.ini`, `.properties` and `.conf`, `.env`. Each entry keeps its line. */
import type { Repository } from '../repository.js';
import { baseName, byText, isUnder, upwards } from '../paths.js';

export interface Setting {
  value: string;
  line: number;
}

/** Sections of an ini file as Python's configparser reads it: indented lines continue a value. */
export function readIni(text: string): Map<string, Map<string, Setting>> {
  const sections = new Map<string, Map<string, Setting>>();
  let section: Map<string, Setting> | null = null;
  let last: Setting | null = null;
  text.split(/\r\n|\n|\r/).forEach((raw, index) => {
    if (/^\s*([#;]|$)/.test(raw)) return;
    const header = /^\[([^\]]+)\]/.exec(raw)?.[1];
    const pair = /^([^\s=:][^=:]*?)\s*[=:]\s*(.*?)\s*$/.exec(raw);
    if (header !== undefined) {
      section = sections.get(header) ?? new Map<string, Setting>();
      sections.set(header, section);
      last = null;
    } else if (/^\s/.test(raw) && last !== null) last.value = `${last.value}\n${raw.trim()}`.trim();
    else if (pair !== null && section !== null) {
      last = { value: pair[2]!.replace(/\s+[#;].*$/, ''), line: index + 1 };
      section.set(pair[1]!.toLowerCase(), last);
    }
  });
  return sections;
}

/** Java properties, also Flyway's `.conf`: `key=value` or `key: value`, a backslash at the end continues. */
export function readProperties(text: string): Map<string, Setting> {
  const settings = new Map<string, Setting>();
  const lines = text.split(/\r\n|\n|\r/);
  for (let at = 0; at < lines.length; at += 1) {
    const line = at + 1;
    let joined = lines[at]!.trimStart();
    if (/^[#!]/.test(joined)) continue;
    while (/(^|[^\\])(\\\\)*\\$/.test(joined) && at + 1 < lines.length) joined = joined.slice(0, -1) + lines[++at]!.trimStart();
    const pair = /^((?:\\.|[^=:\s\\])+)\s*[=:\s]\s*(.*)$/.exec(joined);
    if (pair !== null) settings.set(pair[1]!.replace(/\\(.)/g, '$1'), { value: pair[2]!.trim(), line });
  }
  return settings;
}

/** A `.env` file: `NAME=value`, `export NAME=value`, quotes taken off. */
export function readDotenv(text: string): Map<string, Setting> {
  const settings = new Map<string, Setting>();
  text.split(/\r\n|\n|\r/).forEach((raw, index) => {
    const pair = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(raw);
    if (pair === null) return;
    const quoted = /^(["'])(.*?)\1/.exec(pair[2]!);
    settings.set(pair[1]!, { value: quoted?.[2] ?? pair[2]!.replace(/\s+#.*$/, ''), line: index + 1 });
  });
  return settings;
}

/** One variable as some `.env` file sets it. The value is for deriving a dialect or a folder: never show it. */
export interface EnvironmentEntry extends Setting {
  file: string;
}

/** What tests use says nothing of the project's own database. */
const ofTests = /test|e2e|\bci\b/i;

const environmentFile = /^\.(flask)?env(rc)?(\..+)?$/;

/**
 * Looks a variable up in the `.env` files of a folder and of the folders above it; nearest folder first, `.env` before
 * `.env.local`, both before `.env.example` and the like; those of tests do not count.
 */
export function environmentEntry(repository: Repository, folder: string, name: string): EnvironmentEntry | null {
  for (const file of environmentFiles(repository, folder)) {
    const setting = environmentOfFile(repository, file).get(name);
    if (setting !== undefined) return { ...setting, file };
  }
  return null;
}

/** The `.env` files that count for a folder, nearest first. */
export function environmentFiles(repository: Repository, folder: string): string[] {
  const byRank = (a: string, b: string): number => environmentRank(a) - environmentRank(b) || byText(a, b);
  return upwards(folder).flatMap((each) =>
    repository
      .filesIn(each)
      .filter((file) => environmentFile.test(baseName(file)) && !ofTests.test(baseName(file)))
      .sort(byRank),
  );
}

/** What is in use counts before examples. */
function environmentRank(file: string): number {
  const base = baseName(file);
  return /example|sample|template|dist|default/i.test(base) ? 2 : base === '.env' ? 0 : 1;
}

/** Every `.env` file at or below a folder. */
export function environmentFilesUnder(repository: Repository, folder: string): string[] {
  return repository.named(environmentFile).filter((file) => isUnder(file, folder));
}

/** Entries of one `.env` file; empty when it cannot be read. */
export function environmentOfFile(repository: Repository, file: string): Map<string, Setting> {
  return repository.once(`env ${file}`, () => readDotenv(repository.tryRead(file) ?? ''));
}
