/** What a human sees before they approve, as data: the terminal and the page show the same. Every text is sanitised. */
export interface PlanSheet {
  heading: string;
  /** Label and value. */
  facts: [string, string][];
  /** What is lost and cannot come back. */
  lost: string[];
  warnings: string[];
  notAnalysed: string[];
  /** What was looked at on the target, worst first. */
  preflight: { name: string; state: string; detail: string }[];
  migrations: {
    name: string;
    /** How its statements are wrapped, and the commands that run it. */
    how: string;
    statements: { sql: string; does: string }[];
    wayBack: string;
    wayBackSql: string | null;
  }[];
  /** What this level of approval is worth. */
  levelSays: string;
  /** What must be typed; null when a yes is enough. */
  typedName: string | null;
  planId: string;
  /** First twelve characters of the plan's hash. */
  hash: string;
  expiresAt: string;
}
