/**
 * Expressions that mean the same as the same text.
 *
 * The server writes every expression in its own way already (`IN` as `= ANY`, every name qualified). What it does not even
 * out are casts among the text types: `status IN ('a', 'b')` on a `varchar` column is read back as
 * `((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))`, and the same text given to
 * another database is read back with the casts in other places (measured on 14 to 18). Those casts are taken out, and with
 * them the parentheses that only held them.
 */
const textCast = /::(?:text|character varying|bpchar)(?:\[\])?(?![\w(])/g;

/**
 * The text to compare an expression, a predicate or a query by. It is for comparing and showing: the server may read it
 * otherwise than what it was made from.
 *
 * @param sql as `pg_get_expr` and its kin give it with the search path `pg_catalog`
 */
export function normaliseExpression(sql: string): string {
  if (!sql.includes('::')) return sql;
  const known = normalised.get(sql);
  if (known !== undefined) return known;
  const normal = withoutCasts(sql);
  // The same defaults and checks stand in many tables; texts of a whole history are not kept for ever.
  if (normalised.size > mostKept) normalised.clear();
  normalised.set(sql, normal);
  return normal;
}

const normalised = new Map<string, string>();
const mostKept = 5_000;

function withoutCasts(sql: string): string {
  const tokens = tokensOf(sql);
  const kept: string[] = [];
  for (const token of tokens) kept.push(token.quoted ? token.text : token.text.replace(textCast, ''));
  const without = kept.join('');
  return without === sql ? sql : withoutIdleParentheses(without);
}

/** The property and, where it says something else, the spelling that rebuilds it. */
export function spelled(property: string, sql: string | null): { properties: Record<string, string>; spelling: Record<string, string> } {
  if (sql === null) return { properties: {}, spelling: {} };
  const normal = normaliseExpression(sql);
  return { properties: { [property]: normal }, spelling: normal === sql ? {} : { [property]: sql } };
}

interface Token {
  text: string;
  quoted: boolean;
}

const quotedPart = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$/g;

/** The text in pieces: quoted ones, whose inside is nobody's business, and the rest. */
function tokensOf(sql: string): Token[] {
  const tokens: Token[] = [];
  let from = 0;
  for (const match of sql.matchAll(quotedPart)) {
    if (match.index > from) tokens.push({ text: sql.slice(from, match.index), quoted: false });
    tokens.push({ text: match[0], quoted: true });
    from = match.index + match[0].length;
  }
  if (from < sql.length) tokens.push({ text: sql.slice(from), quoted: false });
  return tokens;
}

/**
 * Takes out parentheses around one name, number or string, and the inner of two pairs that stand directly in each other.
 * Those of a call (`lower(name)`, `ANY (…)`) stay.
 */
function withoutIdleParentheses(sql: string): string {
  const { pairs, quoted } = parentheses(sql);
  const drop = new Set<number>();
  for (const [open, close] of pairs) {
    const inside = sql.slice(open + 1, close);
    const call =
      /[\w"\]]\s*$/.test(sql.slice(0, open)) &&
      !/\b(?:AND|OR|NOT|WHEN|THEN|ELSE|CASE|IN|WHERE|ON|SELECT|BY|HAVING|IS|LIKE)\s*$/i.test(sql.slice(0, open));
    const atom = /^\s*(?:[\w.]+|(?:[\w]+\.)*"(?:[^"]|"")*"|'(?:[^']|'')*')\s*$/.test(inside);
    const inner = pairs.get(open + 1);
    const nested = inner !== undefined && inner === close - 1;
    const array = /^ARRAY\[/.test(inside) && closesWith(inside) && /[(]$/.test(sql.slice(0, open)) && sql[close + 1] === ')';
    if ((atom && !call) || nested || array) {
      // Of two pairs in each other the inner one goes: the outer may be a call's.
      const [from, to] = nested ? [open + 1, inner] : [open, close];
      drop.add(from).add(to);
    }
  }
  if (drop.size === 0) return sql;
  let text = '';
  for (let at = 0; at < sql.length; at += 1) if (!drop.has(at) || quoted.has(at)) text += sql[at];
  return text === sql ? sql : withoutIdleParentheses(text);
}

/** True when the first bracket of a text closes at its end. */
function closesWith(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '[') depth += 1;
    if (text[at] === ']' && --depth === 0) return at === text.length - 1;
  }
  return false;
}

function parentheses(sql: string): { pairs: Map<number, number>; quoted: Set<number> } {
  const pairs = new Map<number, number>();
  const quoted = new Set<number>();
  for (const match of sql.matchAll(quotedPart)) for (let at = match.index; at < match.index + match[0].length; at += 1) quoted.add(at);
  const open: number[] = [];
  for (let at = 0; at < sql.length; at += 1) {
    if (quoted.has(at)) continue;
    if (sql[at] === '(') open.push(at);
    const from = sql[at] === ')' ? open.pop() : undefined;
    if (from !== undefined) pairs.set(from, at);
  }
  return { pairs, quoted };
}
