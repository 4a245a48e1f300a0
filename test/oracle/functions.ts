/** Generates the table of PostgreSQL's own functions by volatility, from `pg_proc` of each major. */
import pg from 'pg';
import type { TestServer } from '../support/servers.js';

/** Worst first: what one overload may do, a call of the name may do. */
const volatilities = ['volatile', 'stable', 'immutable'] as const;

type Volatility = (typeof volatilities)[number];

/**
 * JSON: for each volatility the names that are so, at their worst, in some version; under `mixed` the names whose overloads differ
 * (date_trunc is stable for timestamptz, immutable for timestamp); under `versions`, for names that are not the same everywhere, the
 * volatility in each range of versions; under `overloads`, for the mixed ones, the types of the arguments that decide.
 */
export async function generateFunctions(servers: TestServer[]): Promise<string> {
  const overloads = new Map<string, Overloads>();
  const byName = new Map<string, Map<number, Volatility>>();
  const mixed = new Set<string>();
  for (const server of servers) {
    for (const { name, kinds, signatures } of await readFunctions(server)) {
      if (kinds.length > 1) mixed.add(name);
      const known = overloads.get(name) ?? new Map<string, string[]>();
      for (const [kind, types] of signatures)
        known.set(JSON.stringify(types), [...(known.get(JSON.stringify(types)) ?? []), kind as string]);
      overloads.set(name, known);
      byName.set(name, (byName.get(name) ?? new Map<number, Volatility>()).set(server.major, worstOf(kinds)));
    }
  }
  const names = [...byName.keys()].sort();
  const worst = new Map(
    [...byName].map(([name, byMajor]) => [name, worstOf([...byMajor.values()].map((volatility) => volatility.charAt(0)))]),
  );
  const lists = volatilities.map(
    (volatility) => `  "${volatility}": ${formatNames(names.filter((name) => worst.get(name) === volatility))}`,
  );
  const uneven = names.flatMap((name) => {
    const ranges = inRanges([...(byName.get(name) ?? [])]);
    const isEven = ranges.length === 1 && ranges[0]?.versions[0] === servers[0]?.major && ranges[0]?.versions[1] === servers.at(-1)?.major;
    return isEven ? [] : [`    ${JSON.stringify(name)}: ${JSON.stringify(ranges)}`];
  });
  const deciding = [...mixed].sort().map((name) => `    ${JSON.stringify(name)}: ${formatOverloads(overloads.get(name) ?? new Map())}`);
  const measured = JSON.stringify(Object.fromEntries(servers.map(({ major, version }) => [String(major), version])));
  return `{\n  "servers": ${measured},\n${lists.join(',\n')},\n  "mixed": ${formatNames([...mixed].sort())},\n  "versions": {\n${uneven.join(',\n')}\n  },\n  "overloads": {\n${deciding.join(',\n')}\n  }\n}\n`;
}

/** By the types of the arguments, as JSON, the volatilities of all versions. */
type Overloads = Map<string, string[]>;

function formatOverloads(overloads: Overloads): string {
  const sorted = [...overloads].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(sorted.map(([types, kinds]) => ({ arguments: JSON.parse(types), volatility: worstOf(kinds) })));
}

function worstOf(kinds: string[]): Volatility {
  return volatilities.find((volatility) => kinds.includes(volatility.charAt(0))) ?? 'volatile';
}

async function readFunctions(server: TestServer): Promise<{ name: string; kinds: string[]; signatures: [string, string[]][] }[]> {
  const client = new pg.Client({ connectionString: server.adminUrl });
  await client.connect();
  try {
    // What takes or returns "internal" or "cstring", and triggers, cannot be called in an expression.
    const { rows } = await client.query<{ name: string; kinds: string[]; signatures: [string, string[]][] }>(`
      SELECT proname AS name, array_agg(DISTINCT provolatile::text) AS kinds,
        json_agg(json_build_array(provolatile::text, ARRAY(
          SELECT format_type(type, NULL) FROM unnest(proargtypes::oid[]) WITH ORDINALITY AS each (type, position) ORDER BY position
        ))) AS signatures
      FROM pg_proc
      WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind = 'f' AND prorettype NOT IN ('internal'::regtype, 'trigger'::regtype)
        AND NOT 'internal'::regtype = ANY (proargtypes) AND NOT 'cstring'::regtype = ANY (proargtypes) AND prorettype <> 'cstring'::regtype
      GROUP BY proname`);
    return rows;
  } finally {
    await client.end();
  }
}

function inRanges(byMajor: [number, Volatility][]): { volatility: Volatility; versions: [number, number] }[] {
  const ranges: { volatility: Volatility; versions: [number, number] }[] = [];
  for (const [major, volatility] of byMajor.sort(([a], [b]) => a - b)) {
    const last = ranges.at(-1);
    if (last && last.volatility === volatility && last.versions[1] === major - 1) last.versions[1] = major;
    else ranges.push({ volatility, versions: [major, major] });
  }
  return ranges;
}

/** Some names to a line, so that a diff shows which changed. */
function formatNames(names: string[]): string {
  const lines: string[] = [];
  for (const name of names.map((name) => JSON.stringify(name))) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + name.length < 125) lines[lines.length - 1] = `${last}, ${name}`;
    else lines.push(name);
  }
  return `[\n${lines.map((line) => `    ${line}`).join(',\n')}\n  ]`;
}
