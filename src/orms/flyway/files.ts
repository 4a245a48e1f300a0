/** Flyway's own configuration files: `flyway.toml`, `flyway.user.toml`, `flyway.conf`. */
import { baseName, parentFolder } from '../paths.js';
import { at, readToml, textAt } from '../readers/formats.js';
import { readProperties } from '../readers/settings.js';
import type { Repository } from '../repository.js';
import { lineOf } from '../tool.js';
import { flattened, setOption, type FlywaySource } from './options.js';

/** All of them; `conf/flyway.*` counts for the folder above. */
export function fileSources(repository: Repository): FlywaySource[] {
  const tomls = repository.named(/^flyway(\.user)?\.toml$/).flatMap((file) => ofToml(repository, file));
  const confs = repository.named(/^flyway([.-][\w-]+)?\.(conf|properties)$/).flatMap((file) => ofConf(repository, file));
  return [...tomls, ...confs];
}

function moduleOf(file: string): string {
  const folder = parentFolder(file);
  return baseName(folder) === 'conf' ? parentFolder(folder) : folder;
}

function ofToml(repository: Repository, file: string): FlywaySource[] {
  const toml = readToml(repository, file);
  const text = repository.tryRead(file) ?? '';
  if (toml === null || (at(toml, 'flyway') === undefined && at(toml, 'environments') === undefined)) return [];
  const source: FlywaySource = {
    kind: 'toml',
    module: moduleOf(file),
    file,
    line: lineOf(text, /^\s*\[(flyway|environments)/m) ?? 1,
    what: 'Flyway configuration',
    options: new Map(),
    undetermined: [],
  };
  for (const [key, value] of flattened(at(toml, 'flyway')))
    if (key !== '') setOption(source, key, value, lineOf(text, new RegExp(`^\\s*"?${key.split('.').at(-1)!}"?\\s*=`, 'm')));
  const environments = at(toml, 'environments');
  const chosen = textAt(toml, 'flyway', 'environment') ?? 'default';
  const names = typeof environments === 'object' && environments !== null ? Object.keys(environments) : [];
  const name = names.includes(chosen) ? chosen : names.length === 1 ? names[0]! : null;
  if (name === null && names.length > 0)
    source.undetermined.push(`environment: flyway.toml has ${names.join(', ')}; choose with -environment`);
  const url = name === null ? null : textAt(environments, name, 'url');
  if (url !== null) {
    setOption(source, 'url', url, lineOf(text, /^\s*url\s*=/m));
    setOption(source, 'urlSetting', `${baseName(file)} environments.${name!}.url`, null);
  }
  return [source];
}

function ofConf(repository: Repository, file: string): FlywaySource[] {
  const settings = [...readProperties(repository.tryRead(file) ?? '')].filter(([key]) => key.startsWith('flyway.'));
  // A file of that name without any setting of Flyway's (all commented out) still marks the folder only when nothing else does.
  if (settings.length === 0 && !/^#?\s*flyway\./m.test(repository.tryRead(file) ?? '')) return [];
  const source: FlywaySource = {
    kind: 'conf',
    module: moduleOf(file),
    file,
    line: settings[0]?.[1].line ?? 1,
    what: 'Flyway configuration',
    options: new Map(),
    undetermined: [],
  };
  for (const [key, { value, line }] of settings) setOption(source, key.slice('flyway.'.length), value, line);
  if (source.options.has('url')) setOption(source, 'urlSetting', `${baseName(file)} flyway.url`, null);
  return [source];
}
