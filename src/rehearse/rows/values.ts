/** Values that fit a type, written as PostgreSQL reads them from a quoted text. */

/** Types as the catalog spells them, and the n-th value of each; n counts from 1, and different n give different values. */
const makers: [RegExp, (n: number, type: string) => string][] = [
  [/^(?:smallint|integer|bigint|oid)$/, (n) => String(n)],
  [/^(?:numeric|decimal)\((\d+),(\d+)\)$/, (n, type) => decimal(n, type)],
  [/^(?:numeric|decimal|real|double precision|money)\b/, (n) => String(n)],
  [/^boolean$/, (n) => (n % 2 === 0 ? 'true' : 'false')],
  [/^(?:text|citext|public\.citext|character varying|xid8?|name)\b/, (n, type) => cut(`value ${n}`, type)],
  [/^(?:character|bpchar|char|"char")\b/, (n, type) => cut(n.toString(36), type)],
  [/^uuid$/, (n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`],
  [/^date$/, (n) => day(n)],
  [/^timestamp(?:\(\d\))? with time zone$/, (n) => `${day(n)} 12:00:00+00`],
  [/^timestamp/, (n) => `${day(n)} 12:00:00`],
  [/^time(?:\(\d\))? with time zone$/, (n) => `${clock(n)}+00`],
  [/^time/, (n) => clock(n)],
  [/^interval/, (n) => `${n} minutes`],
  [/^jsonb?$/, (n) => `{"n": ${n}}`],
  [/^bytea$/, (n) => `\\x${n.toString(16).padStart(8, '0')}`],
  [/^inet$/, (n) => `10.0.${(n >> 8) % 256}.${n % 256}`],
  [/^cidr$/, (n) => `10.${(n >> 8) % 256}.${n % 256}.0/24`],
  [/^macaddr$/, (n) => `08:00:2b:01:${hex(n >> 8)}:${hex(n)}`],
  [/^macaddr8$/, (n) => `08:00:2b:01:02:03:${hex(n >> 8)}:${hex(n)}`],
  [/^bit varying/, (n) => n.toString(2)],
  [
    /^bit(?:\((\d+)\))?$/,
    (n, type) =>
      n
        .toString(2)
        .padStart(length(type) ?? 1, '0')
        .slice(-(length(type) ?? 1)),
  ],
  [/^xml$/, (n) => `<n>${n}</n>`],
  [/^tsvector$/, (n) => `word${n}`],
  [/^tsquery$/, (n) => `word${n}`],
  [/^point$/, (n) => `(${n},${n})`],
  [/^(?:box|lseg|path|polygon)$/, (n) => `((${n},${n}),(${n + 1},${n + 1}))`],
  [/^line$/, (n) => `{1,${n},0}`],
  [/^circle$/, (n) => `<(0,0),${n}>`],
  [/^(?:int4|int8|num)range$/, (n) => `[${n * 10},${n * 10 + 5})`],
  [/^daterange$/, (n) => `[${day(n * 10)},${day(n * 10 + 5)})`],
  [/^ts(?:tz)?range$/, (n) => `[${day(n * 10)},${day(n * 10 + 5)})`],
  [/^(?:int4|int8|num|date|ts|tstz)multirange$/, () => '{}'],
  [/^pg_lsn$/, (n) => `0/${n.toString(16).toUpperCase()}`],
  [/^(?:public\.)?ltree$/, (n) => `top.n${n}`],
  [/^(?:public\.)?hstore$/, (n) => `n=>${n}`],
  [/^reg(?:class|type)$/, () => 'pg_class'],
];

/** The n-th value of a built-in type; null when values of it cannot be made up. */
export function valueOf(type: string, n: number): string | null {
  if (type.endsWith('[]')) {
    const element = valueOf(type.slice(0, -2), n);
    return element === null ? '{}' : `{"${element.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"}`;
  }
  const maker = makers.find(([pattern]) => pattern.test(type));
  return maker ? maker[1](n, type) : null;
}

/** Values at the ends of a type's range, the longest and the strangest. */
export function extremesOf(type: string): string[] {
  if (type === 'smallint') return ['-32768', '32767', '0'];
  if (type === 'integer') return ['-2147483648', '2147483647', '0'];
  if (type === 'bigint') return ['-9223372036854775808', '9223372036854775807', '0'];
  if (/^(?:numeric|decimal)$/.test(type)) return ['NaN', '-99999999999999999999.999999', '0'];
  if (/^(?:numeric|decimal)\(/.test(type)) return [`-${widest(type)}`, widest(type), '0'];
  if (/^(?:real|double precision)/.test(type)) return ['NaN', 'Infinity', '-0.5'];
  if (/^(?:text|character varying|citext)/.test(type))
    return ['O\'Neil \\ " ; --', '  spaces  ', 'ÅÆ漢字 🚚'.slice(0, length(type) ?? 99), 'x'.repeat(Math.min(length(type) ?? 3000, 3000))];
  if (type === 'date') return ['infinity', '0001-01-01'];
  if (/^timestamp/.test(type)) return ['infinity', '0001-01-01 00:00:00'];
  if (/^jsonb?$/.test(type)) return ['null', '[]', '"text"'];
  if (/^interval/.test(type)) return ['-1 year', '0'];
  if (type.endsWith('[]')) return ['{}'];
  return [];
}

/** Values of one type that do not become the other, likely ones first. */
export function unconvertible(from: string, to: string): string[] {
  if (/^(?:text|character|citext|bpchar)/.test(from)) {
    const room = length(from) ?? 3000;
    const long = length(to);
    return [long !== null ? 'x'.repeat(Math.min(long + 1, room)) : 'not a value', '', '12abc', '99999999999999999999', '2021-02-30'].filter(
      (text) => text.length <= room,
    );
  }
  if (/^(?:bigint|integer|numeric|decimal|real|double)/.test(from)) {
    const big = from === 'integer' ? '2147483647' : from === 'real' ? '3e38' : '9223372036854775807';
    return [big, '-1', ...(from === 'bigint' || from === 'integer' ? [] : ['NaN', '0.5'])];
  }
  if (/^jsonb?$/.test(from)) return ['"text"', 'null', '{"n": 1}'];
  return extremesOf(from);
}

/** Longest text that a type takes; null without a limit. */
export function length(type: string): number | null {
  const found = /\((\d+)\)/.exec(type);
  return found ? Number(found[1]) : /^(?:character|bpchar|"char"|bit)$/.test(type) ? 1 : null;
}

function cut(text: string, type: string): string {
  const most = length(type);
  if (most === null || text.length <= most) return text;
  // The end tells values apart, not the beginning.
  return text.replaceAll(' ', '').slice(-most);
}

function decimal(n: number, type: string): string {
  const whole = Number(/\((\d+)/.exec(type)?.[1] ?? 10) - Number(/,(\d+)/.exec(type)?.[1] ?? 0);
  return whole > 0 ? String(n % 10 ** Math.min(whole, 9)) : '0';
}

function widest(type: string): string {
  const [, digits = '10', scale = '0'] = /\((\d+)(?:,(\d+))?\)/.exec(type) ?? [];
  const whole = Math.max(0, Number(digits) - Number(scale));
  return `${'9'.repeat(whole) || '0'}${Number(scale) > 0 ? `.${'9'.repeat(Number(scale))}` : ''}`;
}

function day(n: number): string {
  return new Date(Date.UTC(2020, 0, 1 + (n % 3000))).toISOString().slice(0, 10);
}

function clock(n: number): string {
  return `${String(n % 24).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}:00`;
}

function hex(n: number): string {
  return (n % 256).toString(16).padStart(2, '0');
}
