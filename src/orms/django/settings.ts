/** Reads a Django settings module and the modules that it imports with `*`, without running any. */
import type { Assignment } from '../readers/python-module.js';
import { PythonModule } from '../readers/python-module.js';
import { textOf, type Value } from '../readers/value.js';
import { joinPath, parentFolder } from '../paths.js';
import type { Repository } from '../repository.js';
import { moduleFiles } from '../runners/python.js';

export interface DjangoSettings {
  /** The module and everything it takes in, the base first. */
  files: string[];
  /** Assignments in the order in which they take effect, with their file. */
  assignments: (Assignment & { file: string })[];
}

/** File of a dotted module, seen from the folders of the import path; null when it is not in the repository. */
export function moduleFile(repository: Repository, importFolders: string[], module: string): string | null {
  return importFolders.flatMap((folder) => moduleFiles(folder, module)).find((file) => repository.hasFile(file)) ?? null;
}

/** Settings of a module, base modules first. */
export function readSettings(repository: Repository, importFolders: string[], file: string): DjangoSettings {
  const settings: DjangoSettings = { files: [], assignments: [] };
  collect(repository, importFolders, file, settings, new Set());
  return settings;
}

function collect(repository: Repository, importFolders: string[], file: string, settings: DjangoSettings, seen: Set<string>): void {
  if (seen.has(file) || seen.size > 20) return;
  seen.add(file);
  const text = repository.tryRead(file);
  if (text === null) return;
  const module = new PythonModule(text);
  for (const { module: name, names } of module.imports()) {
    if (!names.includes('*') && !/settings|base|common|conf/.test(name)) continue;
    const imported = importedFile(repository, importFolders, file, name);
    if (names.includes('*') && imported !== null) collect(repository, importFolders, imported, settings, seen);
    // `from .env import *` aside, `from . import base` changes nothing here.
  }
  settings.files.push(file);
  settings.assignments.push(...module.assignments().map((each) => ({ ...each, file })));
}

function importedFile(repository: Repository, importFolders: string[], from: string, name: string): string | null {
  const dots = /^\.*/.exec(name)![0].length;
  if (dots === 0) return moduleFile(repository, importFolders, name);
  let folder = parentFolder(from);
  for (let up = 1; up < dots; up += 1) folder = parentFolder(folder);
  const rest = name.slice(dots);
  if (rest === '') return null;
  return joinPath(folder, rest.replaceAll('.', '/')) === null ? null : moduleFile(repository, [folder], rest);
}

/** A list of texts built by assignments and `+=`; `complete` is false as soon as a part is computed. */
export function settingList(settings: DjangoSettings, name: string, depth = 6): { texts: string[]; complete: boolean; found: boolean } {
  let texts: string[] = [];
  let complete = true;
  let found = false;
  for (const assignment of settings.assignments) {
    if (assignment.name !== name) continue;
    const part = listValue(settings, assignment.value, depth);
    const conditional = assignment.indent > 0;
    // What stands under an `if` may or may not count: it is added, and the list is no longer certain.
    texts = assignment.adds || conditional ? [...texts, ...part.texts] : part.texts;
    complete = (assignment.adds || conditional ? complete : true) && part.complete && !conditional;
    found = true;
  }
  return { texts: [...new Set(texts)], complete, found };
}

function listValue(settings: DjangoSettings, value: Value, depth: number): { texts: string[]; complete: boolean } {
  if (depth === 0) return { texts: [], complete: false };
  const all = (values: Value[]): { texts: string[]; complete: boolean } => {
    const parts = values.map((each) => listValue(settings, each, depth - 1));
    return { texts: parts.flatMap((part) => part.texts), complete: parts.every((part) => part.complete) };
  };
  if (value.kind === 'string') return { texts: [value.value], complete: true };
  if (value.kind === 'list') return all(value.items);
  if (value.kind === 'sum') return all(value.parts);
  if (value.kind === 'splat') return listValue(settings, value.value, depth - 1);
  if (value.kind === 'name') return settingList(settings, value.path, depth - 1);
  if (value.kind === 'call' && /^(list|tuple)$/.test(value.callee)) return all(value.positional);
  return { texts: [], complete: false };
}

/** Last assignment of a setting, names looked through. */
export function settingValue(settings: DjangoSettings, name: string, depth = 4): (Assignment & { file: string }) | null {
  const found =
    settings.assignments.findLast((each) => each.name === name && each.indent === 0) ??
    settings.assignments.findLast((each) => each.name === name) ??
    null;
  if (found?.value.kind === 'name' && depth > 0) return settingValue(settings, found.value.path, depth - 1) ?? found;
  return found;
}

/** Literal text of a setting, or null. */
export function settingText(settings: DjangoSettings, name: string): string | null {
  return textOf(settingValue(settings, name)?.value);
}
