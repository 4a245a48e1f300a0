/** A node of PostgreSQL's parse tree as JSON: `{ NodeName: { field: … } }`; absent fields have their default. */
// biome-ignore lint/suspicious/noExplicitAny: the tree has several hundred node types; each reader names the fields that it uses
export type Node = any;

/** Text of a `String` node. */
export const text = (node: Node): string => node?.String?.sval ?? '';

/** Texts of a list of `String` nodes. */
export const texts = (nodes: Node[] | undefined): string[] => (nodes ?? []).map(text);

/** Items of a `List` node, or of a bare array. */
export const items = (node: Node): Node[] => node?.List?.items ?? (Array.isArray(node) ? node : []);
