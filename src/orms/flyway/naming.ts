/** Names of Flyway's files, and the order of its versions. */

export interface NamingOptions {
  versioned: string;
  repeatable: string;
  undo: string;
  baseline: string;
  separator: string;
  suffixes: string[];
}

export type FlywayName =
  | { type: 'versioned' | 'undo' | 'baseline'; version: string; description: string }
  | { type: 'repeatable'; description: string }
  | { type: 'callback'; event: string }
  | { type: 'invalid'; reason: string }
  | null;

const callback =
  /^((?:before|after)(?:Each)?(?:Migrate|Repeatables|Versioned|Undo|Clean|Info|Validate|Baseline|Repair|Connect)\w*|createSchema)(?:__.*)?$/;

/**
 * Reads a file name.
 *
 * @returns null when the suffix is none of Flyway's
 */
export function parseName(name: string, options: NamingOptions): FlywayName {
  const suffix = options.suffixes.find((each) => name.endsWith(each));
  if (suffix === undefined) return null;
  const stem = name.slice(0, name.length - suffix.length);
  const event = callback.exec(stem)?.[1];
  if (event !== undefined) return { type: 'callback', event };
  // The longest prefix wins where one starts another.
  const prefixes: [Exclude<NonNullable<FlywayName>['type'], 'callback' | 'invalid'>, string][] = [
    ['versioned', options.versioned],
    ['repeatable', options.repeatable],
    ['undo', options.undo],
    ['baseline', options.baseline],
  ];
  const found =
    prefixes.filter(([, prefix]) => prefix !== '' && stem.startsWith(prefix)).sort((a, b) => b[1].length - a[1].length)[0] ??
    (options.versioned === '' ? prefixes[0] : undefined);
  if (found === undefined) return { type: 'invalid', reason: 'no known prefix' };
  const [type, prefix] = found;
  const rest = stem.slice(prefix.length);
  const at = rest.indexOf(options.separator);
  const version = at === -1 ? rest : rest.slice(0, at);
  const description = at === -1 ? '' : rest.slice(at + options.separator.length).replaceAll('_', ' ');
  if (type === 'repeatable')
    return version === '' && at !== -1 && description !== ''
      ? { type, description }
      : { type: 'invalid', reason: `a repeatable migration is named ${prefix}${options.separator}description` };
  if (at === -1 && !/^\d+(?:[._]\d+)*$/.test(version))
    return { type: 'invalid', reason: `could not recognise a version number in ${rest}` };
  if (!/^\d+(?:[._]\d+)*$/.test(version))
    return { type: 'invalid', reason: `${version === '' ? 'nothing' : version} is no version number` };
  return { type, version: version.replaceAll('_', '.'), description };
}

/** Compares versions part by part as numbers; trailing zeros do not count, so `1.0` is `1`. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(BigInt);
  const right = b.split('.').map(BigInt);
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const difference = (left[at] ?? 0n) - (right[at] ?? 0n);
    if (difference !== 0n) return difference < 0n ? -1 : 1;
  }
  return 0;
}
