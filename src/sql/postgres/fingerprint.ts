/** What a statement is, whatever it is spelled like: two texts with one parse tree have one fingerprint. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../../core/hash.js';
import type { Node } from './node.js';
import { parseScript } from './parser.js';

/** Fields of the tree that say where something stands in the text, not what it is. */
const positions = /^(?:(?:\w+_)?location|stmt_len|(?:rexpr_)?list_(?:start|end))$/;

/** One statement with its fingerprint. `node` is null for what the parser refuses; its fingerprint then is that of the text. */
export interface Fingerprinted {
  sql: string;
  node: Node | null;
  fingerprint: string;
  /** Why it could not be parsed. */
  error: string | null;
}

/**
 * Statements of a script with the fingerprint of each, constants and all: `libpg_query`'s own fingerprint leaves constants out,
 * and `DELETE … WHERE id = 1` is not `… = 2`. Call `loadParser` first.
 */
export function fingerprints(sql: string): Fingerprinted[] {
  return [...parseScript(sql)].map((parsed) => ({
    sql: parsed.sql,
    node: parsed.node,
    error: parsed.error,
    fingerprint: parsed.node === null ? digest(`text:${parsed.sql.trim()}`) : digest(canonicalJson(withoutPositions(parsed.node))),
  }));
}

/**
 * The statement with every constant and parameter as `?`, rows of VALUES that look alike as one: what a tool sends with other values
 * each time has one shape.
 */
export function shapeOf(node: Node): string {
  return digest(canonicalJson(shape(withoutPositions(node))));
}

/** Constants of a statement as text, in the order of the text; parameters are looked up in `values`, from `$1`. */
export function constantsOf(node: Node, values: readonly (string | null | undefined)[]): (string | null)[] {
  const found: (string | null)[] = [];
  visit(node, (name, inner) => {
    if (name === 'A_Const') found.push(constantText(inner));
    else if (name === 'ParamRef') found.push(values[(inner.number ?? 0) - 1] ?? null);
    return true;
  });
  return found;
}

/** Text of an `A_Const`; null for NULL. */
export function constantText(constant: Node): string | null {
  if (constant.isnull) return null;
  if (constant.sval) return constant.sval.sval ?? '';
  if (constant.ival) return String(constant.ival.ival ?? 0);
  if (constant.fval) return constant.fval.fval ?? '0';
  if (constant.boolval) return String(constant.boolval.boolval ?? false);
  return constant.bsval?.bsval ?? '';
}

/**
 * Goes through every node of a tree, depth first.
 *
 * @param look gets the node's name and its fields; answers false to leave out what is below
 */
export function visit(tree: Node, look: (name: string, node: Node) => boolean): void {
  if (Array.isArray(tree)) for (const each of tree) visit(each, look);
  else if (tree !== null && typeof tree === 'object') {
    for (const [name, inner] of Object.entries(tree)) {
      if (/^[A-Z]/.test(name) && inner !== null && typeof inner === 'object' && !Array.isArray(inner)) {
        if (look(name, inner)) visit(inner, look);
      } else visit(inner, look);
    }
  }
}

function withoutPositions(tree: Node): Node {
  if (Array.isArray(tree)) return tree.map(withoutPositions);
  if (tree === null || typeof tree !== 'object') return tree;
  return Object.fromEntries(
    Object.entries(tree)
      .filter(([name]) => !positions.test(name))
      .map(([name, inner]) => [name, withoutPositions(inner)]),
  );
}

function shape(tree: Node): Node {
  if (Array.isArray(tree)) return alike(tree.map(shape));
  if (tree === null || typeof tree !== 'object') return tree;
  if (tree.A_Const || tree.ParamRef) return '?';
  if (tree.TypeCast && (tree.TypeCast.arg?.A_Const || tree.TypeCast.arg?.ParamRef)) return '?';
  return Object.fromEntries(Object.entries(tree).map(([name, inner]) => [name, shape(inner)]));
}

/** Rows of VALUES: lists that hold constants alone and look alike count as one. */
function alike(rows: Node[]): Node[] {
  const [first] = rows.map(canonicalJson);
  const row = (each: Node): boolean => each?.List !== undefined;
  return rows.length > 1 && rows.every(row) && rows.every((each) => canonicalJson(each) === first) ? [rows[0]] : rows;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
