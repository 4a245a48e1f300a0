/** What `env.py` says: transactions, history table, where the URL comes from. It is project code and never run. */
import type { StackEvidence, TransactionMode } from '../../core/stack.js';
import { joinPath, upwards } from '../paths.js';
import { PythonModule } from '../readers/python-module.js';
import { environmentOf, textOf, type Value } from '../readers/value.js';
import { databaseVariables } from '../readers/environment-hint.js';
import type { Repository } from '../repository.js';
import { moduleFiles } from '../runners/python.js';

export interface EnvironmentScript {
  transactionMode: TransactionMode;
  variables: string[];
  /** Setting of the application that holds the URL, such as `settings.DATABASE_URL`. */
  applicationSetting: string | null;
  settings: Record<string, string>;
  evidence: StackEvidence[];
  undetermined: string[];
}

const applicationUrl =
  /^(?!config\.|process|os\.).*\.(\w*(?:DATABASE|SQLALCHEMY|DB)\w*(?:URL|URI|DSN)\w*|(?:\w+_)?(?:database|db|sqlalchemy)\w*(?:url|uri|dsn)\w*)$/;

/** Reads the `env.py` of a script folder. */
export function readEnvironmentScript(repository: Repository, scripts: string | null): EnvironmentScript {
  const found: EnvironmentScript = {
    transactionMode: 'all',
    variables: [],
    applicationSetting: null,
    settings: {},
    evidence: [],
    undetermined: [],
  };
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
  found.variables = variablesOf(module);
  found.applicationSetting = dottedNames(module).find((path) => applicationUrl.test(path)) ?? null;
  if (found.variables.length === 0 && found.applicationSetting === null) readImported(repository, scripts!, module, found);
  return found;
}

function variablesOf(module: PythonModule): string[] {
  return databaseVariables([...new Set(values(module).flatMap((value) => environmentOf(value)))]);
}

/** Modules of the project that env.py imports, one step only: that is where the URL usually comes from. */
function readImported(repository: Repository, scripts: string, module: PythonModule, found: EnvironmentScript): void {
  const folders = upwards(scripts).flatMap((above) => [above, joinPath(above, 'src')!]);
  for (const { module: name, names } of module.imports()) {
    if (name.startsWith('.') || /^(alembic|sqlalchemy|logging|os|sys)\b/.test(name)) continue;
    const modules = [name, ...names.map((each) => `${name}.${each}`)];
    const file = folders.flatMap((folder) => modules.flatMap((each) => moduleFiles(folder, each))).find((each) => repository.hasFile(each));
    const text = file === undefined || !/database|db|config|settings|session|engine|core/i.test(file) ? null : repository.tryRead(file);
    const variables = text === null ? [] : variablesOf(new PythonModule(text));
    if (file === undefined || variables.length === 0) continue;
    found.variables = variables;
    found.evidence.push({ file, line: null, what: `env.py imports it, and it reads ${variables.join(', ')}` });
    return;
  }
}

/** `a.b.c` wherever it stands in the code. */
function dottedNames(module: PythonModule): string[] {
  const paths: string[] = [];
  let path = '';
  module.tokens.forEach((token, at) => {
    if (token.type === 'name') path = module.tokens[at - 1]?.text === '.' && path !== '' ? `${path}.${token.text}` : token.text;
    else if (token.text !== '.') path = '';
    if (path.includes('.') && module.tokens[at + 1]?.text !== '.') paths.push(path);
  });
  return paths;
}

/** Values of assignments, and arguments of the calls that set a URL. */
function values(module: PythonModule): Value[] {
  const calls = [
    'set_main_option',
    'create_engine',
    'create_async_engine',
    'engine_from_config',
    'async_engine_from_config',
    'configure',
    'set_section_option',
  ].flatMap((name) => module.calls(name));
  const variables = ['os.getenv', 'os.environ.get', 'getenv', 'environ.get', 'config', 'env', 'env.str'].flatMap((name) =>
    module.calls(name),
  );
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
