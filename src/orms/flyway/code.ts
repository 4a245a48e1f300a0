/** Flyway set up by the application's own code: `Flyway.configure().locations("…")`. */
import { byText } from '../paths.js';
import type { Repository } from '../repository.js';
import { lineAt } from '../tool.js';
import { setOption, type FlywaySource } from './options.js';

/** Java and Kotlin files that configure Flyway, those of tests left out. */
export function codeSources(repository: Repository): FlywaySource[] {
  const files = [...repository.withExtension('java'), ...repository.withExtension('kt')]
    .filter((file) => /(^|\/)src\/main\/(java|kotlin)\//.test(file))
    .sort(byText);
  return files.flatMap((file) => {
    const text = repository.peek(file, 64 * 1024);
    if (!text.includes('org.flywaydb.core')) return [];
    const call = /(?<!\/\/.*)\.(?:locations|setLocations)\s*\(([^;]*?)\)\s*(?:\/\/[^\n]*)?\s*[.;]/.exec(text);
    const builds = /\bFlyway\.configure\s*\(|\bFluentConfiguration\b/.exec(text);
    if (call === null && builds === null) return [];
    const source: FlywaySource = {
      kind: 'code',
      module: /^(.*?)\/?src\/main\//.exec(file)![1] || '.',
      file,
      line: lineAt(text, (call ?? builds)!.index),
      what: 'code configures Flyway',
      options: new Map(),
      undetermined: [],
    };
    const locations = [...(call?.[1] ?? '').matchAll(/"([^"]+)"/g)].map((found) => found[1]!);
    if (locations.length > 0) setOption(source, 'locations', locations, source.line);
    else if (call !== null) {
      // A list that is built step by step: its literals are known, the conditions are not.
      const literals = [...text.matchAll(/"((?:classpath|filesystem):[^"]+)"/g)].map((found) => found[1]!);
      if (literals.length > 0) setOption(source, 'locations', literals, source.line);
    }
    if (call !== null && locations.length === 0) source.undetermined.push(`locations in ${file} are computed`);
    for (const [key, pattern] of [
      ['table', /\.table\s*\(\s*"([^"]+)"\s*\)/],
      ['group', /\.group\s*\(\s*(true|false)\s*\)/],
      ['outOfOrder', /\.outOfOrder\s*\(\s*(true|false)\s*\)/],
    ] as const) {
      const value = pattern.exec(text)?.[1];
      if (value !== undefined) setOption(source, key, value, source.line);
    }
    return [source];
  });
}
