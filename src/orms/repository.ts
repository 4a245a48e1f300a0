/** A read-only view of a repository: walked once, files read on demand, never past its root. */
import { readdirSync, realpathSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { LockkeeperError, type LockkeeperProblem } from '../core/errors.js';
import { baseName, byText, parentFolder } from './paths.js';
import { readBeginning, readText } from './repository-read.js';
import { insideRoot, walk, type WalkLimits } from './repository-walk.js';

const largestCached = 1024 * 1024;

export class Repository {
  private readonly byBase = new Map<string, string[]>();
  private readonly byExtension = new Map<string, string[]>();
  private readonly children = new Map<string, { files: string[]; folders: string[] }>();
  private readonly fileSet: Set<string>;
  private readonly cache = new Map<string, string | LockkeeperProblem>();
  private readonly derived = new Map<unknown, unknown>();
  private readonly reported = new Map<string, LockkeeperProblem>();

  private constructor(
    /** Absolute real path. */
    readonly root: string,
    /** Paths of all files, sorted. */
    readonly files: readonly string[],
    folders: readonly string[],
    /** True when a limit kept files out of the view. */
    readonly truncated: boolean,
  ) {
    this.fileSet = new Set(files);
    for (const folder of folders) this.children.set(folder, { files: [], folders: [] });
    for (const folder of folders) if (folder !== '.') this.children.get(parentFolder(folder))?.folders.push(folder);
    for (const file of files) {
      this.children.get(parentFolder(file))?.files.push(file);
      const base = baseName(file);
      push(this.byBase, base, file);
      const dot = base.lastIndexOf('.');
      if (dot > 0) push(this.byExtension, base.slice(dot + 1).toLowerCase(), file);
    }
  }

  /**
   * Walks a folder.
   *
   * @param folder path of the repository's root
   * @throws LockkeeperError PATH_NOT_FOUND when it is missing or no folder
   */
  static async open(folder: string, limits: Partial<WalkLimits> = {}): Promise<Repository> {
    const root = await realpath(resolve(folder)).catch(() => null);
    const entry = root === null ? null : await stat(root).catch(() => null);
    if (root === null || entry === null) {
      throw new LockkeeperError(
        'PATH_NOT_FOUND',
        `There is no folder ${baseName(folder.replaceAll(sep, '/'))}.`,
        'Give the path of an existing folder.',
      );
    }
    if (!entry.isDirectory()) {
      throw new LockkeeperError(
        'PATH_NOT_FOUND',
        `${baseName(root.replaceAll(sep, '/'))} is a file, not a folder.`,
        'Give the path of the folder that holds the project.',
      );
    }
    const walked = await walk(root, { maximumFiles: 200_000, maximumDepth: 48, ...limits });
    const repository = new Repository(root, walked.files.sort(byText), walked.folders.sort(byText), walked.truncated);
    for (const problem of walked.problems) repository.report(problem);
    return repository;
  }

  /** Problems met so far, each once. */
  get problems(): LockkeeperProblem[] {
    return [...this.reported.values()];
  }

  /** Notes a problem that belongs to no stack. */
  report(problem: LockkeeperProblem): void {
    const key = `${problem.code} ${problem.file ?? ''} ${problem.message}`;
    if (!this.reported.has(key)) this.reported.set(key, problem);
  }

  /** Files whose base name is the text or matches the pattern. */
  named(name: string | RegExp): string[] {
    if (typeof name === 'string') return this.byBase.get(name) ?? [];
    return [...this.byBase]
      .filter(([base]) => name.test(base))
      .flatMap(([, files]) => files)
      .sort(byText);
  }

  /** Files with an extension, written without its dot. */
  withExtension(extension: string): string[] {
    return this.byExtension.get(extension) ?? [];
  }

  hasFile(path: string): boolean {
    return this.fileSet.has(path);
  }

  hasFolder(path: string): boolean {
    return this.children.has(path) || this.linkedFolder(path) !== null;
  }

  /** Files directly in a folder. */
  filesIn(folder: string): string[] {
    return this.children.get(this.linkedFolder(folder) ?? folder)?.files ?? [];
  }

  /** Folders directly in a folder. */
  foldersIn(folder: string): string[] {
    return this.children.get(this.linkedFolder(folder) ?? folder)?.folders ?? [];
  }

  /** Files anywhere below a folder. */
  filesUnder(folder: string): string[] {
    return [...this.filesIn(folder), ...this.foldersIn(folder).flatMap((child) => this.filesUnder(child))];
  }

  /** Names directly in a folder that the walk skips, such as `node_modules` or `.venv`; empty when there is none. */
  namesInSkipped(folder: string): string[] {
    try {
      const real = realpathSync.native(join(this.root, folder));
      return insideRoot(this.root, real) ? readdirSync(real).sort(byText) : [];
    } catch {
      return [];
    }
  }

  /**
   * Text of a file, without a byte order mark.
   *
   * @throws LockkeeperError PATH_NOT_FOUND, PATH_OUTSIDE_PROJECT, FILE_TOO_LARGE, NOT_TEXT, UNREADABLE
   */
  read(path: string): string {
    const cached = this.cache.get(path) ?? this.load(path);
    if (typeof cached === 'string') return cached;
    throw new LockkeeperError(cached.code, cached.message, cached.next, { file: path });
  }

  /** Text of a file, or null; why not is reported unless the file is simply not there. */
  tryRead(path: string): string | null {
    const cached = this.cache.get(path) ?? this.load(path);
    if (typeof cached === 'string') return cached;
    if (cached.code !== 'PATH_NOT_FOUND') this.report(cached);
    return null;
  }

  /** The beginning of a text file, to see what kind it is: never reports, empty when it cannot be read. */
  peek(path: string, bytes = 32 * 1024): string {
    const cached = this.cache.get(path);
    if (cached !== undefined) return typeof cached === 'string' ? cached.slice(0, bytes) : '';
    return this.once(`peek ${bytes} ${path}`, () => readBeginning(this.root, path, bytes));
  }

  /** A value computed once for this repository, such as all parsed manifests. */
  once<Result>(key: unknown, compute: () => Result): Result {
    if (!this.derived.has(key)) this.derived.set(key, compute());
    return this.derived.get(key) as Result;
  }

  private load(path: string): string | LockkeeperProblem {
    const loaded = readText(this.root, path);
    if (typeof loaded !== 'string' || loaded.length <= largestCached) this.cache.set(path, loaded);
    return loaded;
  }

  /** Where a linked folder really lies, if the path is one and stays inside. */
  private linkedFolder(path: string): string | null {
    if (this.children.has(path)) return null;
    return this.once(`linked ${path}`, () => {
      try {
        const real = realpathSync.native(join(this.root, path));
        if (!insideRoot(this.root, real)) return null;
        const inside = real.slice(this.root.length + 1).replaceAll(sep, '/') || '.';
        return this.children.has(inside) ? inside : null;
      } catch {
        return null;
      }
    });
  }
}

function push(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
