/** What `env.py` says: transactions, history table, where the URL comes from. It is project code and never run. */
import type { StackEvidence, TransactionMode } from '../../core/stack.js';
import { joinPath } from '../paths.js';
import { PythonModule } from '../readers/python-module.js';
import { environmentOf, textOf, visit, type Value } from '../readers/value.js';
import { databaseVariables } from '../readers/environment-hint.js';
import type { Repository } from '../repository.js';

export interface EnvironmentScript {
  transactionMode: TransactionMode;
  variables: string[];
  /** Setting of the application that holds the URL, such as `settings.DATABASE_URL`. */
  applicationSetting: string | null;
  settings: Record<string, string>;
  evidence: StackEvidence[];
  undetermined: string[];
}

const applicationUrl = /^(?!config\.|process|os\.).*\.(\w*(?:DATABASE|SQLALCHEMY|DB)\w*(?:URL|URI|DSN)\w*|(?:\w+_)?(?:database|db|sqlalchemy)\w*(?:url|uri|dsn)\w*)$/;

/** Reads the `env.py` of a script folder. */
export function readEnvironmentScript(repository: Repository, scripts: string | null): EnvironmentScript {
  const found: EnvironmentScript = { transactionMode: 'all', variables: [], applicationSetting: null, settings: {}, evidence: [], undetermined: [] };
  const file = scripts === null ? null : joinPath(scripts, 'env.py');
  const text = file === null || !repository.hasFile(file) ? null : repository.tryRead(file);
  if (file === null || text === null) {
    if (scripts !== null) found.undetermined.push(`${scripts}/env.py was not found: transaction mode and database are not known`);
    return found;
  }
  const module = new PythonModule(text);
  const configures = module.calls('configure').filter((call) => /(^|\.)context\.configure$/.test(call.callee));
  for (const call of configures) {
    for (const { key, value } of call.named) readArgument(found, file, key, value);
    if (call.positional.some((value) => value.kind === 'splat') || call.named.some(({ value }) => value.kind === 'splat')) {
      found.undetermined.push(`${file}: context.configure takes arguments from other code, so its transaction mode may differ`);
    }
  }
  const variables: string[] = [];
  for (const value of values(module)) {
    variables.push(...environmentOf(value));
    visit(value, (each) => {
      if (each.kind === 'name' && applicationUrl.test(each.path)) found.applicationSetting ??= each.path;
    });
  }
  found.variables = databaseVariables([...new Set(variables)]);
  return found;
}

/** Values of assignments, and arguments of the calls that set a URL. */
function values(module: PythonModule): Value[] {
  const calls = ['set_main_option', 'create_engine', 'create_async_engine', 'engine_from_config', 'async_engine_from_config', 'configure', 'set_section_option'].flatMap((name) => module.calls(name));
  const variables = ['os.getenv', 'os.environ.get', 'getenv', 'environ.get', 'config', 'env', 'env.str'].flatMap((name) => module.calls(name));
  return [...calls, ...module.assignments().map((each) => each.value), ...variables, ...subscripts(module)];
}

/** `os.environ["X"]` wherever it stands, e.g. in a return. */
function subscripts(module: PythonModule): Value[] {
  return module.tokens.flatMap((token, at): Value[] => {
    const name = module.tokens[at + 2];
    if (token.text !== 'environ' || module.tokens[at + 1]?.text !== '[' || name?.type !== 'string') return [];
    return [{ kind: 'name', path: `os.environ.${name.value}`, line: token.line }];
  });
}

function readArgument(found: EnvironmentScript, file: string, key: string, value: Value): void {
  const history: Record<string, string> = { version_table: 'historyTable', version_table_schema: 'historySchema' };
  const name = history[key];
  if (name !== undefined) {
    const text = textOf(value);
    if (text !== null) found.settings[name] = text;
    else if (value.kind !== 'null') found.undetermined.push(`${file}: ${key} is computed`);
  }
  if (key !== 'transaction_per_migration' && key !== 'transactional_ddl') return;
  if (value.kind !== 'boolean') {
    found.undetermined.push(`${file}: ${key} is computed, so the transaction mode is not certain`);
    return;
  }
  if (key === 'transaction_per_migration' && value.value && found.transactionMode === 'all') found.transactionMode = 'per-file';
  if (key === 'transactional_ddl' && !value.value) found.transactionMode = 'none';
  found.evidence.push({ file, line: value.line, what: `${key}=${value.value ? 'True' : 'False'}` });
}
