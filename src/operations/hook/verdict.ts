/** Why a call should not run unasked. `deny` where asking would be no answer. */
export interface Objection {
  decision: 'ask' | 'deny';
  reason: string;
}

/** What surrounds a call that a hook judges. */
export interface HookSurroundings {
  /** Working folder of the agent. */
  folder: string;
  signal?: AbortSignal;
  environment?: NodeJS.ProcessEnv;
}

/** Words by which a text is about a database. Where such a text cannot be judged, a human is asked. */
export const aboutDatabases =
  /\b(?:prisma|drizzle-kit|alembic|flask\s+db|manage\.py|django-admin|goose|diesel|flyway|flywayClean|psql|pgcli|pg_restore|dropdb|mysql|mariadb|sqlite3|sqlcmd|dbmate|liquibase)\b/i;
