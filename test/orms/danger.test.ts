import { describe, expect, test } from 'vitest';
import { dangers } from '../../src/operations/danger.js';
import { migrationTools } from '../../src/orms/index.js';

/** Command lines as agents and people type them, with the tool whose list must know them. */
const dangerous: [string, string][] = [
  ['prisma', 'npx prisma migrate reset --force'],
  ['prisma', 'pnpm exec prisma db push --accept-data-loss'],
  ['prisma', 'npx --no-install prisma migrate dev --name x'],
  ['prisma', 'node node_modules/.bin/prisma migrate resolve --applied 2026_x'],
  ['drizzle', 'npx drizzle-kit push --force'],
  ['drizzle', 'pnpm drizzle-kit drop'],
  ['alembic', 'alembic downgrade base'],
  ['alembic', 'uv run -- alembic -c other.ini stamp --purge abc'],
  ['alembic', 'flask --app shop db downgrade base'],
  ['django', 'python manage.py migrate shop zero'],
  ['django', '.venv/bin/python manage.py flush --noinput'],
  ['django', 'django-admin migrate --fake shop 0004 --settings config.settings'],
  ['goose', 'go tool goose -dir migrations reset'],
  ['goose', 'goose down-to 0'],
  ['goose', 'goose -allow-missing up'],
  ['diesel', 'diesel database reset'],
  ['diesel', 'diesel migration revert --all'],
  ['flyway', 'flyway -cleanDisabled=false clean'],
  ['flyway', './mvnw -q -B flyway:clean'],
  ['flyway', './gradlew flywayRepair'],
];

const harmless = [
  'npx prisma migrate deploy',
  'npx prisma migrate status',
  'npx prisma generate',
  'npx drizzle-kit generate --name x',
  'npx drizzle-kit check',
  'alembic upgrade ae1027a6acf',
  'alembic history',
  'python manage.py migrate shop 0004',
  'python manage.py showmigrations',
  'goose up-by-one',
  'goose status',
  'diesel migration run',
  'flyway -target=next migrate',
  'flyway info',
  'git reset --hard',
  'npm run clean',
];

describe('destructive commands', () => {
  test.each(dangerous)('%s: %s', (tool, line) => {
    expect(dangers(['', line]).commands.map((each) => each.tool)).toContain(tool);
  });

  test.each(harmless)('not: %s', (line) => {
    expect(dangers(['', line]).commands).toEqual([]);
  });

  test('every supported tool has a list, and every pattern finds its own command', () => {
    for (const tool of migrationTools.filter((each) => each.supported)) expect(tool.danger?.length, tool.name).toBeGreaterThan(2);
  });

  test('a word that is no tool is refused', () => {
    expect(() => dangers(['nothing'])).toThrow(expect.objectContaining({ problem: expect.objectContaining({ code: 'BAD_USAGE' }) }));
  });
});
