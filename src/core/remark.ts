/** What only the files of a tool show, and its SQL does not. Each kind is a rule of `rules/remarks`, whose id it is. */
export type RemarkKind = 'auto-migrate-at-start' | 'callable-default-one-value' | 'several-heads';

/** One such thing, with its place. */
export interface Remark {
  kind: RemarkKind;
  file: string;
  line: number | null;
  /** Null where it concerns the history as a whole. */
  migration: string | null;
  /** What was seen, one sentence. */
  says: string;
}
