/** A server that logs every statement, and what it logged. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { type PostgresMajor, type RunningServer, startServer } from '../../support/postgres.js';

const mark = '#lockkeeper#';

export interface LoggedStatement {
  application: string;
  database: string;
  sql: string;
}

export class LogServer {
  private constructor(
    readonly server: RunningServer,
    private readonly folder: string,
  ) {}

  static async start(major: PostgresMajor, changed: Record<string, string | number> = {}): Promise<LogServer> {
    const server = await startServer(major, {
      log_statement: 'all',
      log_min_messages: 'log',
      log_line_prefix: `${mark}%a#%d#`,
      logging_collector: 'on',
      log_directory: 'log',
      log_rotation_size: 0,
      ...changed,
    });
    const client = new pg.Client({ connectionString: server.adminUrl });
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    await client.end();
    return new LogServer(server, join(rows[0]!.data_directory, 'log'));
  }

  /** Statements that came to a database, in the order of the log. Executions of prepared statements are among them. */
  async statements(database: string): Promise<LoggedStatement[]> {
    const files = (await readdir(this.folder)).filter((file) => file.endsWith('.log')).sort();
    const text = (await Promise.all(files.map((file) => readFile(join(this.folder, file), 'utf8')))).join('');
    return text.split(mark).flatMap((line) => {
      const found = /^([^#]*)#([^#]*)#LOG: {2}(?:statement|execute [^:]*): ([\s\S]*)$/.exec(line);
      return found === null || found[2] !== database ? [] : [{ application: found[1]!, database, sql: found[3]!.trim() }];
    });
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}
