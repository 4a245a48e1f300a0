import { LockkeeperError } from '../../core/errors.js';
import { excerpt } from '../../core/sanitise.js';
import type { Dialect } from '../../core/stack.js';
import { assess } from '../assess.js';
import type { HookSurroundings, Objection } from './verdict.js';

const reads = /^\s*(?:select|show|explain|describe|desc|pragma|values|table)\b/i;
/** What makes a statement more than a read although it begins like one. */
const writesToo = /\b(?:into|analyze|analyse|insert|update|delete|drop|alter|truncate|create)\b|=/i;

/**
 * Whether SQL may go to a database unasked: nothing high was found, and all of it was judged. Nothing is known of the database, so that
 * the worst case counts.
 *
 * @param where what it would go through, for the reason
 */
export async function judgeSql(sql: string, where: string, dialect: Dialect, around: HookSurroundings): Promise<Objection | null> {
  if (sql.trim() === '' || onlyReads(sql)) return null;
  try {
    const { findings, coverage } = await assess({ sql, dialect }, { ...context(around) });
    const high = findings.filter((finding) => finding.severity === 'high');
    if (high.length > 0) {
      const found = high
        .slice(0, 3)
        .map((finding) => `${finding.title}: ${excerpt(finding.why, 300)} Instead: ${excerpt(finding.fix.summary, 300)} (${finding.rule})`);
      const more = high.length > found.length ? [`and ${high.length - found.length} more`] : [];
      return { decision: 'ask', reason: [`lockkeeper: ${where} would run SQL with a high risk.`, ...found, ...more].join('\n') };
    }
    const [unread] = coverage.unanalysed;
    if (unread)
      return { decision: 'ask', reason: `lockkeeper cannot judge the SQL that ${where} would run: ${excerpt(unread.reason, 300)}` };
    return null;
  } catch (error) {
    const why = error instanceof LockkeeperError ? error.message : 'the judgement failed';
    return { decision: 'ask', reason: `lockkeeper cannot judge the SQL that ${where} would run: ${excerpt(why, 300)}` };
  }
}

/** A folder without a project's configuration has no say over a hook: acceptances of a repository do not silence it. */
function context(around: HookSurroundings) {
  return { workingFolder: '/', signal: around.signal, environment: around.environment };
}

function onlyReads(sql: string): boolean {
  return sql
    .split(';')
    .filter((part) => part.trim() !== '')
    .every((part) => reads.test(part) && !writesToo.test(part.replace(/'[^']*'/g, '')) && !/\w\s*\(/.test(part));
}
