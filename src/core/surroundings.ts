/**
 * What hangs on a table beyond the catalog that the analyser keeps: definitions as text, comments and rights. Needed only
 * where a plan has to make something anew under another column or table.
 */
export interface Surroundings {
  /** Where it was read: a live database, the statements of the migrations, or nowhere. */
  source: 'catalog' | 'history' | 'nothing';
  /** CREATE statement by `view public.v`, `index public.i`, `trigger public.t.name`, `policy public.t.name`. */
  definitions: Map<string, string>;
  /** COMMENT statement by `column public.t.c`, `relation public.t`. */
  comments: Map<string, string>;
  /** GRANT statements on a relation and its columns, by its name. */
  grants: Map<string, string[]>;
}

/** Nothing is known. */
export function noSurroundings(): Surroundings {
  return { source: 'nothing', definitions: new Map(), comments: new Map(), grants: new Map() };
}
