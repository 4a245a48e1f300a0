import { type Flag, type FlagValues, listFlag, textFlag } from '../command.js';
import { choiceFlag, jsonFlag, numberFlag, outputFlag, projectFlag, throwAwayServerFlag, timeoutFlag } from '../shared-flags.js';
import type { AssessInput } from '../../operations/assess-input.js';
import { configFile } from '../../operations/config.js';

/** Flags that say what is known of the target; `assess` and `review` share them. */
export const targetFlags: Record<string, Flag> = {
  stack: { type: 'string', value: 'ID', help: 'Stack, as `lockkeeper detect` names it' },
  schema: { type: 'string', value: 'FILE', help: 'SQL file with the schema to start from (pg_dump --schema-only)' },
  dialect: { type: 'string', value: 'NAME', help: 'postgres, mysql, mariadb or sqlite, when the project does not say' },
  'server-version': { type: 'string', value: 'N', help: 'Major version of PostgreSQL; 18 when nothing says' },
  transaction: { type: 'string', value: 'MODE', help: 'Transaction around each script: per-file, none, all, one-string or automatic' },
  'database-env': {
    type: 'string',
    value: 'NAME',
    help: 'NAME of the environment variable with the address of the target; only its catalog is read',
  },
  rehearsal: { type: 'string', value: 'FILE', help: 'What `lockkeeper rehearse --json` printed: taken in as evidence' },
  render: { type: 'boolean', help: 'Render Python and Go migrations with the real tool; this runs code of the project' },
  ...throwAwayServerFlag,
  ...timeoutFlag,
  'no-down': { type: 'boolean', help: 'Leave the down scripts out' },
};

/** Flags of the report. */
export const reportFlags: Record<string, Flag> = {
  'fail-on': {
    type: 'string',
    value: 'LEVEL',
    help: `Exit 1 from this severity on: low, medium, high or never; high when ${configFile} does not say`,
  },
  format: { type: 'string', value: 'NAME', help: 'text, markdown, json, sarif, or code-quality (GitLab)' },
  ...jsonFlag,
  ...outputFlag,
  ...projectFlag,
};

/** What the target flags come to. */
export function targetInput(values: FlagValues): AssessInput {
  const given: AssessInput = {
    stack: textFlag(values, 'stack'),
    schema: textFlag(values, 'schema'),
    dialect: choiceFlag(values, 'dialect', ['postgres', 'mysql', 'mariadb', 'sqlite']),
    serverVersion: numberFlag(values, 'server-version'),
    transaction: choiceFlag(values, 'transaction', ['per-file', 'all', 'none', 'one-string', 'automatic']),
    databaseVariable: textFlag(values, 'database-env'),
    rehearsal: textFlag(values, 'rehearsal'),
    render: values.render ? true : undefined,
    throwAwayVariable: textFlag(values, 'throwaway-server-env'),
    includeDown: values['no-down'] ? false : undefined,
    migrations: listFlag(values, 'migrations'),
    applied: listFlag(values, 'applied'),
    base: textFlag(values, 'base'),
    pending: values.pending ? true : undefined,
    sql: textFlag(values, 'sql'),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
