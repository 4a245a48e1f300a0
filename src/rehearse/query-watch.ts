/** Follows the application's queries over the migrations. */
import type { Client } from 'pg';
import type { RehearsalFinding, RehearsedQuery } from '../core/rehearsal.js';
import { type ApplicationQuery, tryQueries } from './queries.js';

export class QueryWatch {
  private readonly queries: RehearsedQuery[];

  constructor(private readonly given: readonly ApplicationQuery[]) {
    this.queries = given.map(({ sql, source }) => ({ sql, source, before: 'not tried', after: 'not tried', brokenBy: null, error: null }));
  }

  async before(client: Client): Promise<void> {
    for (const [at, error] of (await tryQueries(client, this.given)).entries()) {
      const query = this.queries[at];
      if (query) Object.assign(query, { before: error === null ? 'runs' : 'fails', error });
    }
  }

  /** Findings for the queries that fail for the first time. */
  async after(client: Client, migration: string): Promise<RehearsalFinding[]> {
    const findings: RehearsalFinding[] = [];
    for (const [at, error] of (await tryQueries(client, this.given)).entries()) {
      const query = this.queries[at];
      if (!query) continue;
      query.after = error === null ? 'runs' : 'fails';
      if (error === null || query.before === 'fails' || query.brokenBy !== null) continue;
      query.brokenBy = migration;
      query.error = error;
      findings.push({
        kind: 'query-breaks',
        severity: 'high',
        certainty: 'certain',
        migration,
        source: query.source,
        title: `A query of the application fails after ${migration}`,
        why: `${error}: ${query.sql.replace(/\s+/g, ' ').slice(0, 300)}. Code that is deployed now sends it, and goes on doing so until the new code is everywhere.`,
        next: 'Deploy code that does not need it first, or split the change: lockkeeper plan.',
      });
    }
    return findings;
  }

  result(): RehearsedQuery[] {
    return this.queries;
  }
}
