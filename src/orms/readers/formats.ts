/** Reads configuration formats from a repository; a broken file is reported once, with a code, and never quoted. */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { parse as parseToml, TomlError } from 'smol-toml';
import { parseAllDocuments } from 'yaml';
import type { Repository } from '../repository.js';
import { lineAt } from '../tool.js';

export type Table = Record<string, unknown>;

/** Nested value of a parsed document. */
export function at(value: unknown, ...path: string[]): unknown {
  let current = value;
  for (const key of path) {
    if (!isTable(current)) return undefined;
    current = Object.hasOwn(current, key) ? current[key] : undefined;
  }
  return current;
}

export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Nested string of a parsed document, or null. */
export function textAt(value: unknown, ...path: string[]): string | null {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : null;
}

/** JSON, comments and trailing commas allowed. Null when missing or broken. */
export function readJson(repository: Repository, path: string): unknown {
  return parsed(repository, path, 'JSON', (text) => {
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      try {
        return JSON.parse(withoutComments(text)) as unknown;
      } catch {
        const offset = /position (\d+)/.exec((error as Error).message)?.[1];
        throw new Broken(offset === undefined ? null : lineAt(text, Number(offset)));
      }
    }
  });
}

/** TOML. Null when missing or broken. */
export function readToml(repository: Repository, path: string): Table | null {
  return parsed(repository, path, 'TOML', (text) => {
    try {
      return parseToml(text) as Table;
    } catch (error) {
      throw new Broken(error instanceof TomlError ? error.line : null);
    }
  });
}

/** All documents of a YAML file. Empty when missing or broken. */
export function readYaml(repository: Repository, path: string): unknown[] {
  return (
    parsed(repository, path, 'YAML', (text) => {
      const documents = parseAllDocuments(text, { logLevel: 'silent', uniqueKeys: false });
      if (!Array.isArray(documents)) return [];
      return documents.map((document) => {
        const error = document.errors[0];
        if (error !== undefined) throw new Broken(lineAt(text, error.pos[0]));
        // The bound on aliases keeps a small file from growing without end.
        return document.toJS({ maxAliasCount: 100 }) as unknown;
      });
    }) ?? []
  );
}

/** XML as nested tables; attributes start with `@`; an element that occurs once is no list. Null when missing or broken. */
export function readXml(repository: Repository, path: string): Table | null {
  return parsed(repository, path, 'XML', (text) => {
    const valid = XMLValidator.validate(text);
    if (valid !== true) throw new Broken(valid.err.line);
    const parser = new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: '@',
      parseTagValue: false,
      parseAttributeValue: false,
      processEntities: false,
    });
    return parser.parse(text) as Table;
  });
}

/** One or many of an XML element, as a list. */
export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : value === undefined || value === '' ? [] : [value];
}

class Broken extends Error {
  constructor(readonly line: number | null) {
    super('broken');
  }
}

function parsed<Result>(repository: Repository, path: string, format: string, parse: (text: string) => Result): Result | null {
  return repository.once(`${format} ${path}`, () => {
    const text = repository.tryRead(path);
    if (text === null) return null;
    try {
      return parse(text);
    } catch (error) {
      const line = error instanceof Broken ? error.line : null;
      repository.report({
        code: 'BROKEN_CONFIG',
        message: `${path} is not valid ${format}; what it configures is not known.`,
        next: 'Correct the file, then run this again.',
        file: path,
        ...(line === null ? {} : { line }),
      });
      return null;
    }
  });
}

/** Takes comments and trailing commas out of JSON, line ends kept. */
function withoutComments(text: string): string {
  return text
    .replace(/("(?:\\.|[^"\\\n])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (all, string?: string) => string ?? all.replace(/[^\n]/g, ' '))
    .replace(/("(?:\\.|[^"\\\n])*")|,(?=\s*[}\]])/g, (_all, string?: string) => string ?? ' ');
}
