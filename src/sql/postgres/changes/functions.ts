import type { Change, Expression } from '../../../core/change.js';
import { expressionFromSql } from '../expression.js';
import { type Node, text, texts } from '../node.js';
import { parsePlPgSql } from '../parser.js';
import { splitStatements } from '../split.js';
import type { Readers } from './reader.js';

/** Functions, procedures and anonymous code. */
export const functionReaders: Readers = {
  CreateFunctionStmt: (statement, environment) => {
    const options = new Map<string, Node>((statement.options ?? []).map((option: Node) => [option.DefElem.defname, option.DefElem.arg]));
    const inputs = (statement.parameters ?? [])
      .map((parameter: Node) => parameter.FunctionParameter)
      .filter((parameter: Node) => !/OUT$|TABLE$/.test(parameter.mode) || parameter.mode === 'FUNC_PARAM_INOUT');
    const sets = (statement.options ?? []).some(
      (option: Node) => option.DefElem.defname === 'set' && option.DefElem.arg?.VariableSetStmt?.name === 'search_path',
    );
    const returns = statement.returnType ? environment.type(statement.returnType) : null;
    const body: string | null = options.get('as')?.List?.items?.map(text).join('\n') ?? null;
    const language = text(options.get('language')) || 'sql';
    const isPlain =
      language === 'sql' && returns !== null && !statement.returnType.setof && !options.get('security')?.Boolean?.boolval && !sets;
    return [
      {
        kind: 'createFunction',
        function: environment.named(statement.funcname),
        procedure: statement.is_procedure ?? false,
        replace: statement.replace ?? false,
        language,
        volatility: (text(options.get('volatility')) || 'volatile') as 'volatile',
        securityDefiner: options.get('security')?.Boolean?.boolval ?? false,
        setsSearchPath: sets,
        argumentTypes: inputs.map((parameter: Node) => environment.type(parameter.argType)),
        argumentNames: inputs.map((parameter: Node) => parameter.name ?? ''),
        argumentDefaults: inputs.filter((parameter: Node) => parameter.defexpr).length,
        returns: returns && statement.returnType.setof ? `SETOF ${returns}` : returns,
        body,
        atomic: !!statement.sql_body,
        inlined: isPlain && body !== null ? inlinedExpression(body) : null,
        returnsTrigger: returns === 'trigger' || returns === 'event_trigger',
      },
    ];
  },
  AlterFunctionStmt: (statement, environment) => [{ kind: 'alterFunction', function: environment.named(statement.func.objname) }],
  DoStmt: (statement) => {
    const options = new Map<string, Node>((statement.args ?? []).map((option: Node) => [option.DefElem.defname, option.DefElem.arg]));
    const body = text(options.get('as'));
    const language = (text(options.get('language')) || 'plpgsql').toLowerCase();
    return [readDoBlock(body, language)];
  },
  CreatePLangStmt: (statement) => [{ kind: 'createLanguage', language: statement.plname ?? '', trusted: statement.pltrusted ?? false }],
};

/**
 * Reads a DO block: the SQL statements written in it, whether it runs SQL that it puts together (EXECUTE), and whether
 * it commits on its own. `readable` is false when PL/pgSQL itself cannot read it.
 */
export function readDoBlock(body: string, language: string): Extract<Change, { kind: 'doBlock' }> {
  const block = { kind: 'doBlock' as const, language, body, statements: [] as string[], dynamic: false, readable: false, commits: false };
  if (language !== 'plpgsql') return block;
  let tree: unknown;
  try {
    const quote = `$lockkeeper${body.length}$`;
    tree = parsePlPgSql(`CREATE FUNCTION pg_temp.lockkeeper_block() RETURNS void LANGUAGE plpgsql AS ${quote}${body}${quote}`);
  } catch {
    return block;
  }
  block.readable = true;
  walk(tree, (kind, value) => {
    if (kind === 'PLpgSQL_stmt_execsql' || kind === 'PLpgSQL_stmt_perform' || kind === 'PLpgSQL_stmt_fors') {
      const query = value.sqlstmt?.PLpgSQL_expr?.query ?? value.expr?.PLpgSQL_expr?.query ?? value.query?.PLpgSQL_expr?.query;
      if (query) block.statements.push(query);
    } else if (kind === 'PLpgSQL_stmt_dynexecute') {
      const query: string = value.query?.PLpgSQL_expr?.query ?? '';
      const literal = /^\s*'((?:[^']|'')*)'\s*$/.exec(query)?.[1];
      if (literal !== undefined && !value.params) block.statements.push(...statementsOf(literal.replaceAll("''", "'")));
      else block.dynamic = true;
    } else if (kind === 'PLpgSQL_stmt_dynfors' || kind === 'PLpgSQL_stmt_return_query') block.dynamic = true;
    else if (kind === 'PLpgSQL_stmt_commit' || kind === 'PLpgSQL_stmt_rollback') block.commits = true;
  });
  return block;
}

const statementsOf = (sql: string): string[] => splitStatements(sql).statements.map(({ start, end }) => sql.slice(start, end));

function walk(node: Node, seen: (kind: string, value: Node) => void): void {
  if (Array.isArray(node)) for (const item of node) walk(item, seen);
  else if (node && typeof node === 'object') {
    for (const [key, value] of Object.entries(node)) {
      if (value && typeof value === 'object' && key.startsWith('PLpgSQL_')) seen(key, value);
      walk(value, seen);
    }
  }
}

/** Expression of a body that is one SELECT without a FROM; null for any other. */
export function inlinedExpression(body: string): Expression | null {
  const single = body.replace(/;\s*$/, '');
  const expression = /^\s*select\s+(.+)$/is.exec(single)?.[1];
  if (!expression || /\b(from|where|limit|union|with)\b/i.test(expression)) return null;
  return expressionFromSql(expression);
}

/** Signature-free name of an `ObjectWithArgs`. */
export const objectName = (node: Node): Node[] =>
  node?.ObjectWithArgs?.objname ?? node?.List?.items ?? (node?.String ? [node] : (node?.TypeName?.names ?? []));

/** The same as plain text. */
export const objectText = (node: Node): string => texts(objectName(node)).join('.');
