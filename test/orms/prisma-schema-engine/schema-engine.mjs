#!/usr/bin/env node
// Stand-in for Prisma's native `schema-engine` executable, for tests only.
//
// It speaks the same contract (command line + JSON-RPC over stdio) as the native engine, and hands the work to Prisma's
// own WebAssembly build of that engine, connected to a database through `pg` or `libsql`. See README.md.
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const { DriverAdapterError, ColumnTypeEnum: Column, bindMigrationAwareSqlAdapterFactory } = require('@prisma/driver-adapter-utils');

/** Engine commits of the two WebAssembly builds: 6 serves the CLIs 5 and 6, 7 serves the CLI 7. */
const ENGINE_COMMITS = { 6: 'c2990dca591cba766e3b7ef5d9e8a84796e47ab7', 7: '0edf323efd1d98336f3f0a68684b56f689b900d3' };

// ---------------------------------------------------------------------------------------------------- command line

const options = parseArguments(process.argv.slice(2));

function parseArguments(argv) {
  const parsed = { datamodels: [], datasource: null, rest: [] };
  for (let i = 0; i < argv.length; i++) {
    switch (argv[i]) {
      case '--version':
      case '-V':
        console.log(`schema-engine-cli wasm-shim-${ENGINE_COMMITS[7]}`);
        process.exit(0);
      case '--datamodels':
      case '--datamodel':
      case '-d':
        parsed.datamodels.push(argv[++i]);
        break;
      // CLI 7 passes JSON to the engine and to `cli`; the CLIs 5 and 6 pass a bare URL to `cli` only.
      case '--datasource':
        parsed.datasource = parseDatasource(argv[++i]);
        break;
      case '--enabled-preview-features':
      case '--extension-types':
        i++;
        break;
      default:
        parsed.rest.push(argv[i]);
    }
  }
  return parsed;
}

function parseDatasource(text) {
  return text.trim().startsWith('{') ? JSON.parse(text) : { url: text };
}

/** The CLI reads JSON lines with this target from stderr. */
function log(level, fields) {
  const line = { timestamp: new Date().toISOString(), level, fields, target: 'schema_engine::logger' };
  process.stderr.write(JSON.stringify(line) + '\n');
}

function debug(kind, text) {
  if (process.env.PRISMA_SHIM_DEBUG) process.stderr.write(`${kind} ${text}\n`);
}

// ------------------------------------------------------------------------------------------------------ datasource

const isSqlite = (url) => /^(file|sqlite):/.test(url ?? '');
const isPostgres = (url) => /^postgres(ql)?:/.test(url ?? '');
const sqlitePath = (url) => url.replace(/^(file|sqlite):(\/\/)?/, '').split('?')[0];

function postgresTarget(url) {
  const parsed = new URL(url);
  return {
    host: parsed.hostname || parsed.searchParams.get('host') || 'localhost',
    port: Number(parsed.port || 5432),
    user: decodeURIComponent(parsed.username) || undefined,
    password: decodeURIComponent(parsed.password) || undefined,
    database: decodeURIComponent(parsed.pathname.slice(1)) || 'postgres',
    schema: parsed.searchParams.get('schema') || 'public',
  };
}

/** The URLs of the `datasource` block (Prisma 5 and 6): `[path, text]` pairs in, `{}` out where there is no such block. */
function datasourceOfSchema(files) {
  const text = files
    .map(([, content]) => content)
    .join('\n')
    .replace(/^\s*\/\/.*$/gm, '');
  const block = /datasource\s+\w+\s*\{([^}]*)\}/.exec(text)?.[1];
  if (!block) return {};
  const read = (key) => {
    const match = new RegExp(`(?:^|\\n)\\s*${key}\\s*=\\s*(?:env\\(\\s*"([^"]+)"\\s*\\)|"([^"]*)")`).exec(block);
    if (!match) return undefined;
    const [, variable, literal] = match;
    if (variable === undefined) return literal;
    if (!process.env[variable] && key === 'url') {
      log('ERROR', { message: `Environment variable not found: ${variable}.`, error_code: 'P1012', is_panic: false });
      process.exit(1);
    }
    return process.env[variable];
  };
  return { url: read('directUrl') ?? read('url'), shadowDatabaseUrl: read('shadowDatabaseUrl') };
}

// ---------------------------------------------------------------------------------------------- PostgreSQL adapter

const text = (value) => value;
const number = (value) => Number(value);
const flag = (value) => value === 't';
const bytes = (value) => [...Buffer.from(value.slice(2), 'hex')];
const timestamp = (value) => `${value.split('+')[0].replace(' ', 'T')}+00:00`; // the connection runs in UTC: a zone is always +00

/** Type OID -> the engine's column type and how to read the wire text. 18 ("char") must be Character, or introspection fails. */
const SCALARS = {
  16: [Column.Boolean, flag],
  17: [Column.Bytes, bytes],
  18: [Column.Character, text],
  20: [Column.Int64, text],
  21: [Column.Int32, number],
  23: [Column.Int32, number],
  26: [Column.Int64, text],
  114: [Column.Json, text],
  700: [Column.Float, number],
  701: [Column.Double, number],
  1082: [Column.Date, text],
  1083: [Column.Time, text],
  1114: [Column.DateTime, timestamp],
  1184: [Column.DateTime, timestamp],
  1700: [Column.Numeric, text],
  2950: [Column.Uuid, text],
  3802: [Column.Json, text],
};
const ARRAYS = {
  22: [Column.Int32Array, number],
  1000: [Column.BooleanArray, flag],
  1002: [Column.CharacterArray, text],
  1003: [Column.TextArray, text],
  1005: [Column.Int32Array, number],
  1007: [Column.Int32Array, number],
  1009: [Column.TextArray, text],
  1014: [Column.TextArray, text],
  1015: [Column.TextArray, text],
  1016: [Column.Int64Array, text],
  1021: [Column.FloatArray, number],
  1022: [Column.DoubleArray, number],
  1028: [Column.Int64Array, text],
  1231: [Column.NumericArray, text],
};

/**
 * A driver adapter factory for PostgreSQL. `offline` serves comparisons that name no database: it never connects and
 * answers the engine's version question itself.
 */
async function postgresFactory(url, shadowUrl, offline = false) {
  const pg = (await import('pg')).default;
  const { parse: parseArray } = await import('postgres-array');
  const target = postgresTarget(url);

  const columnOf = (oid) => {
    if (ARRAYS[oid]) return { type: ARRAYS[oid][0], read: (value) => parseArray(value, ARRAYS[oid][1]) };
    if (SCALARS[oid]) return { type: SCALARS[oid][0], read: SCALARS[oid][1] };
    return { type: Column.Text, read: text };
  };
  const argument = (value, type) => {
    if (value === null) return null;
    if (Array.isArray(value) && type?.arity === 'list') return value.map((item) => argument(item, type));
    if (type?.scalarType === 'bytes' && typeof value === 'string') return Buffer.from(value, 'base64');
    return value instanceof Date ? value.toISOString() : value;
  };
  const raise = (error, script) => {
    if (script !== undefined) failedScript = { error, script };
    if (/^[0-9A-Z]{5}$/.test(error?.code ?? '')) {
      const { code, message, detail, column, hint } = error;
      throw new DriverAdapterError({
        kind: 'postgres',
        code,
        severity: error.severity ?? 'ERROR',
        message,
        detail,
        column,
        hint,
        originalCode: code,
        originalMessage: message,
      });
    }
    if (error?.code === 'ECONNREFUSED' || error?.code === 'ENOTFOUND') {
      throw new DriverAdapterError({ kind: 'DatabaseNotReachable', host: target.host, port: target.port });
    }
    throw error;
  };

  const connect = async ({ schema, ...connection }, onDispose) => {
    const client = new pg.Client({ ...connection, application_name: 'prisma-schema-engine-shim' });
    client.on('error', () => {});
    let connected; // lazily: a comparison of two datamodels must work with no database
    const ready = () =>
      (connected ??= client
        .connect()
        .then(() => client.query(`SET search_path = ${pg.escapeIdentifier(schema)}; SET TIME ZONE 'UTC'`))
        .catch((error) => raise(error)));
    const query = async (request) => {
      debug('SQL', request.sql.slice(0, 400));
      await ready();
      const values = request.args.map((value, i) => argument(value, request.argTypes?.[i]));
      return client
        .query({ text: request.sql, values, rowMode: 'array', types: { getTypeParser: () => text } })
        .catch((error) => raise(error));
    };
    const runScript = async (script) => {
      debug('SCRIPT', script);
      await ready();
      await client.query(script).catch((error) => raise(error, script));
    };
    const adapter = {
      provider: 'postgres',
      adapterName: '@prisma/adapter-pg',
      queryRaw: async (request) => {
        if (offline && request.sql.includes('server_version_num')) {
          return {
            columnNames: ['exists', 'version', 'numeric_version'],
            columnTypes: [Column.Boolean, Column.Text, Column.Int32],
            rows: [[true, 'PostgreSQL 15.0', 150000]],
          };
        }
        const result = await query(request);
        const columns = result.fields.map((field) => columnOf(field.dataTypeID));
        return {
          columnNames: result.fields.map((field) => field.name),
          columnTypes: columns.map((column) => column.type),
          rows: result.rows.map((row) => row.map((value, i) => (value === null ? null : columns[i].read(value)))),
        };
      },
      executeRaw: async (request) => (await query(request)).rowCount ?? 0,
      // Native engines before 7.4 send the file as one simple-protocol message: an implicit transaction. From 7.4 they
      // send and commit each statement by itself. `db execute` sends one message in every version.
      executeScript: async (script) => {
        const split = currentMethod !== 'dbExecute' && engineLine === '7';
        for (const part of split ? splitStatements(script) : [script]) await runScript(part);
      },
      startTransaction: async () => {
        await ready();
        await client.query('BEGIN');
        return {
          ...adapter,
          options: { usePhantomQuery: false },
          commit: async () => {
            await client.query('COMMIT');
          },
          rollback: async () => {
            await client.query('ROLLBACK');
          },
        };
      },
      getConnectionInfo: () => ({ schemaName: schema, supportsRelationJoins: true }),
      dispose: async () => {
        if (adapter.closed) return;
        adapter.closed = true;
        await client.end().catch(() => {});
        await onDispose?.();
      },
    };
    openAdapters.add(adapter);
    return adapter;
  };

  const administer = async (sql) => {
    const { schema, ...connection } = target;
    const client = new pg.Client(connection);
    await client.connect();
    await client
      .query(sql)
      .catch((error) => raise(error))
      .finally(() => client.end());
  };
  const connectToShadowDb = async () => {
    if (shadowUrl) {
      const adapter = await connect(postgresTarget(shadowUrl));
      await adapter.executeScript('DROP SCHEMA IF EXISTS "public" CASCADE; CREATE SCHEMA "public";');
      return adapter;
    }
    const name = `prisma_migrate_shadow_db_${randomUUID()}`;
    await administer(`CREATE DATABASE "${name}"`);
    return connect({ ...target, database: name }, () => administer(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`));
  };
  return { provider: 'postgres', adapterName: '@prisma/adapter-pg', connect: () => connect(target), connectToShadowDb };
}

/** Splits a migration as engines from 7.4 do; one batch where their SQL parser gives up (DROP INDEX CONCURRENTLY). */
function splitStatements(sql) {
  if (process.env.PRISMA_SHIM_ATOMIC || /\bDROP\s+INDEX\s+CONCURRENTLY\b/i.test(sql)) return [sql];
  const token = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$|;/g;
  const statements = [];
  let start = 0;
  for (let match; (match = token.exec(sql)); ) {
    if (match[0] !== ';') continue;
    statements.push(sql.slice(start, token.lastIndex));
    start = token.lastIndex;
  }
  if (
    sql
      .slice(start)
      .replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, '')
      .trim()
  )
    statements.push(sql.slice(start));
  return statements.length ? statements : [sql];
}

// -------------------------------------------------------------------------------------------------- SQLite adapter

const SQLITE_HISTORY_TABLE = `CREATE TABLE "_prisma_migrations" (
  "id" TEXT PRIMARY KEY NOT NULL, "checksum" TEXT NOT NULL, "finished_at" DATETIME, "migration_name" TEXT NOT NULL,
  "logs" TEXT, "rolled_back_at" DATETIME, "started_at" DATETIME NOT NULL DEFAULT current_timestamp,
  "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0)`;

async function sqliteFactory(url, baseFolder) {
  const Database = require('libsql');
  const file = sqlitePath(url);

  const raise = (error, script) => {
    const message = error.message.replace(/^SQLITE_ERROR: /, '');
    if (script !== undefined) failedScript = { error: { code: String(error.rawCode ?? 1), message, severity: '' }, script };
    throw new DriverAdapterError({ kind: 'sqlite', extendedCode: error.rawCode ?? 1, message });
  };
  const argument = (value, type) => {
    if (value === null || value === undefined) return null;
    if (typeof value === 'boolean') return Number(value);
    if (type?.scalarType === 'datetime') return new Date(value).getTime();
    if (type?.scalarType === 'bytes') return Buffer.from(value, 'base64');
    if (typeof value === 'string' && /^(int|bigint)$/.test(type?.scalarType)) return BigInt(value);
    return value;
  };
  const declaredType = (declaration) => {
    const name = (declaration ?? '').toUpperCase().split('(')[0];
    if (name === 'DATETIME' || name === 'TIMESTAMP') return Column.DateTime;
    if (name.includes('INT')) return Column.Int64;
    if (/CHAR|TEXT|CLOB/.test(name)) return Column.Text;
    return name === 'BOOLEAN' ? Column.Boolean : undefined;
  };
  const columnType = (column, sample) => {
    const declared = declaredType(column.type);
    if (declared === Column.Int64 && typeof sample === 'string') return Column.Text;
    if (declared !== undefined) return declared;
    if (typeof sample === 'number' || typeof sample === 'bigint') return Column.Int64;
    return sample instanceof Uint8Array ? Column.Bytes : Column.Text;
  };
  const dateTime = (value) => {
    if (typeof value === 'string' && !/[zZ+]/.test(value)) return new Date(value.replace(' ', 'T') + 'Z').toISOString();
    return new Date(Number.isNaN(Number(value)) ? value : Number(value)).toISOString();
  };
  const read = (value, type) => {
    if (value === null) return null;
    if (type === Column.DateTime) return dateTime(value);
    if (type === Column.Boolean) return Boolean(value);
    return type === Column.Int64 || type === Column.Text ? String(value) : value;
  };

  const connect = (filename) => {
    const open = () => {
      const database = new Database(filename);
      database.exec('PRAGMA foreign_keys = ON');
      return database;
    };
    let database = open();
    const query = (request) => {
      debug('SQL', request.sql.slice(0, 300));
      try {
        const statement = database.prepare(request.sql);
        const values = request.args.map((value, i) => argument(value, request.argTypes?.[i]));
        if (!statement.reader) return { changes: statement.run(values).changes, columns: [], rows: [] };
        return { changes: 0, columns: statement.columns(), rows: statement.raw(true).all(values) };
      } catch (error) {
        if (!/no such table: (main\.)?_prisma_migrations/.test(error.message)) raise(error);
        // The WebAssembly engine answers P1014 for a missing history table, the native one "not initialised".
        if (/^\s*SELECT/i.test(request.sql)) {
          sqliteHistoryMissing = true;
          return { changes: 0, columns: [], rows: [] };
        }
        database.exec(SQLITE_HISTORY_TABLE);
        return query(request);
      }
    };
    const execute = (script) => {
      try {
        database.exec(script);
      } catch (error) {
        raise(error, script);
      }
    };
    const adapter = {
      provider: 'sqlite',
      adapterName: '@prisma/adapter-libsql',
      queryRaw: async (request) => {
        const { columns, rows } = query(request);
        const types = columns.map((column, i) => columnType(column, rows.find((row) => row[i] !== null)?.[i]));
        return {
          columnNames: columns.map((column) => column.name),
          columnTypes: types,
          rows: rows.map((row) => row.map((value, i) => read(value, types[i]))),
        };
      },
      executeRaw: async (request) => {
        if (request.args.length) return query(request).changes ?? 0;
        execute(request.sql); // scripts for the shadow database arrive by this way, several statements in one
        return 0;
      },
      executeScript: async (script) => {
        debug('SCRIPT', script);
        if (currentMethod !== 'reset') return execute(script);
        // The WebAssembly engine's reset only deletes rows; the native one empties the file.
        database.close();
        if (filename !== ':memory:') for (const suffix of ['', '-wal', '-shm', '-journal']) fs.rmSync(filename + suffix, { force: true });
        database = open();
      },
      startTransaction: async () => {
        database.exec('BEGIN');
        return {
          ...adapter,
          options: { usePhantomQuery: false },
          commit: async () => {
            database.exec('COMMIT');
          },
          rollback: async () => {
            database.exec('ROLLBACK');
          },
        };
      },
      getConnectionInfo: () => ({ maxBindValues: 999, supportsRelationJoins: false }),
      dispose: async () => {
        try {
          database.close();
        } catch {
          /* closed already */
        }
      },
    };
    return adapter;
  };
  return {
    provider: 'sqlite',
    adapterName: '@prisma/adapter-libsql',
    connect: async () => connect(file === ':memory:' ? file : path.resolve(baseFolder, file)),
    connectToShadowDb: async () => connect(':memory:'),
  };
}

// ------------------------------------------------------------------------------------ `cli` commands of the engine

class EngineError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** can-connect-to-database, create-database, drop-database. Throws an EngineError with a P-code. */
async function administerDatabase(command, url) {
  if (isSqlite(url)) {
    const file = path.resolve(process.cwd(), sqlitePath(url));
    if (command === 'create-database') {
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.closeSync(fs.openSync(file, 'a'));
    } else if (command === 'drop-database') fs.rmSync(file, { force: true });
    else if (!fs.existsSync(file)) {
      throw new EngineError('P1003', `Database \`${path.basename(file)}\` does not exist on the database server`);
    }
    return;
  }
  if (!isPostgres(url)) throw new EngineError('P1001', 'This stand-in supports only PostgreSQL and SQLite');
  const pg = (await import('pg')).default;
  const { schema, ...target } = postgresTarget(url);
  const database = command === 'can-connect-to-database' ? target.database : 'postgres';
  const client = new pg.Client({ ...target, database, connectionTimeoutMillis: 5000 });
  try {
    await client.connect();
    if (command === 'create-database') await client.query(`CREATE DATABASE "${target.database}"`);
    if (command === 'drop-database') await client.query(`DROP DATABASE IF EXISTS "${target.database}"`);
  } catch (error) {
    const server = `${target.host}:${target.port}`;
    if (error.code === '3D000') throw new EngineError('P1003', `Database \`${target.database}\` does not exist`);
    if (error.code === '42P04') throw new EngineError('P1009', `Database \`${target.database}\` already exists`);
    if (error.code === '28P01' || error.code === '28000') {
      throw new EngineError(
        'P1000',
        'Authentication failed against database server, ' + `the provided database credentials for \`${target.user}\` are not valid.`,
      );
    }
    throw new EngineError(
      'P1001',
      `Can't reach database server at \`${server}\`\n\n` + `Please make sure your database server is running at \`${server}\`.`,
    );
  } finally {
    await client.end().catch(() => {});
  }
}

// ------------------------------------------------------------------------------------------------- the WASM engine

const datamodels = options.datamodels.map((file) => [file, fs.readFileSync(file, 'utf8')]);
const openAdapters = new Set();
let enginePromise; // one engine for each process: a second one panics
let engineLine = '7'; // '6' or '7'
let currentMethod = '';
let failedScript; // the last script that the database refused, with its error
let sqliteHistoryMissing = false;
let panicMessage = '';
globalThis.PRISMA_WASM_PANIC_REGISTRY = {
  set_message: (message) => {
    panicMessage = message;
  },
};

async function loadSchemaEngine(line) {
  const glueFile = require.resolve(`schema-engine-wasm-${line}/schema_engine_bg`);
  const glue = await import(pathToFileURL(glueFile).href);
  const module = new WebAssembly.Module(fs.readFileSync(path.join(path.dirname(glueFile), 'schema_engine_bg.wasm')));
  const instance = new WebAssembly.Instance(module, { './schema_engine_bg.js': glue });
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return glue.SchemaEngine;
}

const schemaFilesOf = (parameters) =>
  [parameters?.schema, parameters?.from, parameters?.to, parameters?.datasourceType].flatMap((target) => target?.files ?? []);

/** `diff`, `dbExecute`, `ensureConnectionValidity` and others may carry a datasource of their own. */
function datasourceOfParameters(parameters) {
  for (const target of [parameters?.from, parameters?.to, parameters?.datasourceType, parameters?.datasource]) {
    const tag = String(target?.tag).toLowerCase();
    if ((tag === 'url' || tag === 'connectionstring') && target.url) return { url: target.url };
    if ((tag === 'schemadatasource' || tag === 'schema') && target.files) {
      const found = datasourceOfSchema(target.files.map((file) => [file.path, file.content]));
      if (found.url) return { ...found, baseFolder: target.configDir };
    }
  }
  return null;
}

async function createEngine(method, parameters) {
  const override = datasourceOfParameters(parameters);
  const datasource = { ...(options.datasource ?? datasourceOfSchema(datamodels)), ...override };
  if (parameters?.shadowDatabaseUrl) datasource.shadowDatabaseUrl = parameters.shadowDatabaseUrl;
  const { shadowDatabaseUrl } = datasource;
  let { url } = datasource;
  if (url && url === shadowDatabaseUrl) {
    throw new Error(
      'The shadow database you configured appears to be the same as the main database. ' + 'Please specify another shadow database.',
    );
  }
  const sqlite = isSqlite(url);
  if (method === 'diff' && ![parameters.from, parameters.to].some((side) => side.tag === 'schemaDatasource')) {
    url = undefined; // such a comparison must never reach the main database
  }
  const schemaTexts = [...datamodels.map(([, content]) => content), ...schemaFilesOf(parameters).map((file) => file.content)];
  const urlInSchema = schemaTexts.some((content) => /datasource\s+\w+\s*\{[^}]*\burl\s*=/.test(content));
  engineLine = process.env.PRISMA_SHIM_WASM ?? (urlInSchema ? '6' : '7');
  const SchemaEngine = await loadSchemaEngine(engineLine);

  const baseFolder =
    override?.baseFolder ?? (datamodels.length && !options.datasource ? path.dirname(options.datamodels[0]) : process.cwd());
  const inMemory = sqlite || schemaTexts.some((content) => /provider\s*=\s*"sqlite"/.test(content));
  let factory;
  if (isSqlite(url)) factory = await sqliteFactory(url, baseFolder);
  else if (isPostgres(url)) factory = await postgresFactory(url, shadowDatabaseUrl);
  else if (!url && shadowDatabaseUrl) factory = await postgresFactory(shadowDatabaseUrl, shadowDatabaseUrl);
  else if (inMemory) factory = await sqliteFactory(':memory:', '.');
  else factory = await postgresFactory('postgresql://offline@127.0.0.1:1/offline', undefined, true);
  const input = { datamodels: datamodels.length ? datamodels : undefined };
  return SchemaEngine.new(input, (message) => log('DEBUG', { message }), bindMigrationAwareSqlAdapterFactory(factory));
}

// -------------------------------------------------------------------------------------------- parameters of methods

/** CLIs up to 6.5 name the migrations folder; the WebAssembly engine wants what is in it. */
function listMigrations(folder) {
  const read = (file) => {
    try {
      return { tag: 'ok', value: fs.readFileSync(file, 'utf8') };
    } catch (error) {
      return { tag: 'error', value: error.message };
    }
  };
  const entries = fs.existsSync(folder) ? fs.readdirSync(folder, { withFileTypes: true }) : [];
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  const lockFile = path.join(folder, 'migration_lock.toml');
  return {
    baseDir: folder,
    lockfile: { path: 'migration_lock.toml', content: fs.existsSync(lockFile) ? fs.readFileSync(lockFile, 'utf8') : null },
    shadowDbInitScript: '',
    migrationDirectories: names.map((name) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: read(path.join(folder, name, 'migration.sql')) },
    })),
  };
}

/** The WebAssembly engine has no target `url` for diff: say it as a schema with that datasource. */
function urlAsSchema(url) {
  const provider = isSqlite(url) ? 'sqlite' : 'postgresql';
  const content = `datasource db {\n  provider = "${provider}"\n  url = ${JSON.stringify(url)}\n}\n`;
  return { tag: 'schemaDatasource', configDir: process.cwd(), files: [{ path: 'url.prisma', content }] };
}

function normalise(method, given) {
  const parameters = { ...given };
  if ('migrationsDirectoryPath' in parameters) parameters.migrationsList = listMigrations(parameters.migrationsDirectoryPath);
  parameters.filters ??= { externalTables: [], externalEnums: [] };
  parameters.filter ??= { externalTables: [], externalEnums: [] };
  if (method === 'introspect' && parameters.namespaces === undefined) parameters.namespaces = null;
  if (method !== 'diff') return parameters;
  parameters.exitCode ??= null;
  for (const side of ['from', 'to']) {
    const target = parameters[side];
    if (target?.tag === 'migrations' && typeof target.path === 'string') {
      parameters[side] = { tag: 'migrations', ...listMigrations(target.path) };
    }
    if (target?.tag === 'url') parameters[side] = urlAsSchema(target.url);
  }
  return parameters;
}

/** What the native engine checks before a diff of a migrations folder. */
function requireShadow({ from, to, shadowDatabaseUrl }) {
  for (const target of [from, to].filter((side) => side.tag === 'migrations')) {
    const provider = /provider\s*=\s*"(.+)"/.exec(target.lockfile?.content ?? '')?.[1];
    if (!provider) throw new Error('Could not determine the connector from the migrations directory (missing migration_lock.toml).');
    if (provider === 'sqlite' || (shadowDatabaseUrl ?? options.datasource?.shadowDatabaseUrl)) continue;
    throw new Error(
      options.datasource
        ? 'You must set `datasource.shadowDatabaseUrl` in your `prisma.config.ts` if you want to diff a migrations directory.'
        : 'You must pass the --shadow-database-url if you want to diff a migrations directory.',
    );
  }
}

/** CLIs up to 6.5 leave the writing of a new migration to the engine. */
function writeMigration(folder, { migrationScript, generatedMigrationName, connectorType }) {
  if (migrationScript == null) return { generatedMigrationName: null };
  fs.mkdirSync(path.join(folder, generatedMigrationName), { recursive: true });
  fs.writeFileSync(path.join(folder, generatedMigrationName, 'migration.sql'), migrationScript);
  const lockFile = path.join(folder, 'migration_lock.toml');
  if (!fs.existsSync(lockFile)) {
    fs.writeFileSync(lockFile, `# Written by the schema engine; keep it under version control\nprovider = "${connectorType}"\n`);
  }
  return { generatedMigrationName };
}

// -------------------------------------------------------------------------------------------------------- JSON-RPC

let printId = 0;
const send = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\n');

function sendError(id, message, errorCode, meta = null, isPanic = false) {
  const data = { is_panic: isPanic, message, meta, error_code: errorCode };
  send({ id, error: { code: 4466, message: 'An error happened. Check the data field for details.', data } });
}

/** The native engine reports a refused migration as P3018; the WebAssembly build loses that code. */
function migrationFailure(name, { error, script }) {
  let position = '';
  if (error.position) {
    const last = script.slice(0, Number(error.position) - 1).split('\n').length;
    const lines = script.split('\n').map((line, i) => `${String(i + 1).padStart(3)} ${line}`);
    position = '\n\nPosition:\n' + lines.slice(Math.max(0, last - 6), last).join('\n');
  }
  const severity = error.severity ?? 'ERROR';
  const detail =
    severity === ''
      ? ''
      : `DbError { severity: "${severity}", parsed_severity: Some(Error), ` +
        `code: SqlState(E${error.code}), message: ${JSON.stringify(error.message)}, detail: None, hint: None }\n`;
  return [
    'A migration failed to apply. New migrations cannot be applied before the error is recovered from. ' +
      'Read more about how to resolve migration issues in a production database: https://pris.ly/d/migrate-resolve',
    `Migration name: ${name}`,
    `Database error code: ${error.code}`,
    `Database error:\n${severity === '' ? '' : `${severity}: `}${error.message}${position}`,
    detail,
  ].join('\n\n');
}

async function call(method, given) {
  if (method === 'createDatabase') {
    const url =
      given.datasource?.url ??
      options.datasource?.url ??
      datasourceOfSchema((given.datasource?.files ?? []).map((file) => [file.path, file.content])).url;
    await administerDatabase('create-database', url);
    return { databaseName: isSqlite(url) ? url : postgresTarget(url).database };
  }
  if (method === 'listMigrationDirectories') {
    // CLI 5
    return { migrations: listMigrations(given.migrationsDirectoryPath).migrationDirectories.map((entry) => entry.path) };
  }
  const parameters = normalise(method, given);
  if (method === 'diff') requireShadow(parameters);
  const engine = await (enginePromise ??= createEngine(method, parameters));

  // These two read the engine's cache of the migrations' schema, which only diagnoseMigrationHistory fills.
  if ((method === 'evaluateDataLoss' || method === 'createMigration') && parameters.migrationsList.migrationDirectories.length) {
    const { migrationsList, filters } = parameters;
    await engine.diagnoseMigrationHistory({ migrationsList, optInToShadowDatabase: true, filters });
  }
  const result = await engine[method === 'getDatabaseVersion' ? 'version' : method](parameters);
  if (method === 'diff') {
    // the text goes back as a request of the engine to the CLI
    if (result.stdout) send({ id: ++printId, method: 'print', params: { content: result.stdout } });
    return { exitCode: result.exitCode, stdout: null };
  }
  if (method === 'createMigration' && parameters.migrationsDirectoryPath) {
    return writeMigration(parameters.migrationsDirectoryPath, result);
  }
  if (method === 'diagnoseMigrationHistory' && sqliteHistoryMissing) result.hasMigrationsTable = false;
  return result ?? {};
}

async function handle({ id, method, params }) {
  currentMethod = method;
  if (method === 'debugPanic') return sendError(id, 'This is the debugPanic artificial panic', undefined, null, true);
  try {
    send({ id, result: await call(method, params ?? {}) });
  } catch (error) {
    debug('FAILED', `${method} ${error?.stack ?? error}`);
    const name = method === 'applyMigrations' && failedScript ? refusedMigration(error, params) : undefined;
    if (name) {
      const meta = { migration_name: name, database_error_code: failedScript.error.code ?? '' };
      return sendError(id, migrationFailure(name, failedScript), 'P3018', meta);
    }
    const panic = error instanceof WebAssembly.RuntimeError;
    sendError(id, panic ? panicMessage : (error.message ?? String(error)), error.code, error.meta ?? null, panic);
  }
}

function refusedMigration(error, params) {
  const named = /apply_migration::apply_script\s+with migration_name="([^"]+)"/.exec(error.message ?? '')?.[1];
  if (named) return named;
  const { migrationDirectories } = normalise('applyMigrations', params).migrationsList;
  return migrationDirectories.find((entry) => entry.migrationFile.content.value?.includes(failedScript.script))?.path;
}

// ------------------------------------------------------------------------------------------------------------ start

log('INFO', { message: 'Starting schema engine (WebAssembly stand-in)' }); // the CLI skips the first line and parses the rest
if (options.rest[0] === 'cli') {
  const command = options.rest.find((word) => /^(can-connect-to-database|create-database|drop-database)$/.test(word));
  try {
    await administerDatabase(command, options.datasource?.url);
    process.exit(0);
  } catch (error) {
    log('ERROR', { message: error.message, error_code: error.code, is_panic: false });
    process.exit(1);
  }
}

let queue = Promise.resolve(); // requests are answered one after the other
readline
  .createInterface({ input: process.stdin })
  .on('line', (line) => {
    const request = line.trim() ? JSON.parse(line) : {};
    if (request.method) queue = queue.then(() => handle(request)); // anything else answers our `print`
  })
  .on('close', () =>
    queue.then(async () => {
      for (const adapter of openAdapters) await adapter.dispose().catch(() => {});
      process.exit(0);
    }),
  );
