/** The examples, each with its real tool, on a database of its own. */
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OperationContext } from '../../../src/operations/context.js';
import { runMigrations } from '../../../src/operations/run-migrations.js';
import type { ToolDriver } from '../../orms/conformance/driver.js';
import { administer } from '../../orms/conformance/world.js';
import type { TestServer } from '../../support/servers.js';
import { alembic } from '../../orms/drivers/alembic.js';
import { diesel } from '../../orms/drivers/diesel.js';
import { django } from '../../orms/drivers/django.js';
import { drizzle } from '../../orms/drivers/drizzle.js';
import { flyway } from '../../orms/drivers/flyway.js';
import { goose } from '../../orms/drivers/goose.js';
import { prisma7 } from '../../orms/drivers/prisma.js';
import { installDrizzle } from '../../orms/install/drizzle.js';
import { installPrisma } from '../../orms/install/prisma.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface Example {
  name: string;
  path: string;
  root: string;
  stack: string;
  applied: string[];
  pending: string[];
  databaseVariable: string;
}

/** As `examples/examples.json` lists them. */
export async function examples(): Promise<Example[]> {
  return JSON.parse(await readFile(join(root, 'examples/examples.json'), 'utf8')) as Example[];
}

export const drivers: Record<string, ToolDriver> = { prisma: prisma7, drizzle, alembic, django, goose, diesel, flyway };

/** Reads an address as Django's settings of the example do; the package itself is not installed here. */
const addressReader = `from urllib.parse import unquote, urlparse
import os


def config(default=""):
    url = urlparse(os.environ.get("DATABASE_URL", default))
    return {"ENGINE": "django.db.backends.postgresql", "NAME": url.path[1:], "USER": url.username,
            "PASSWORD": unquote(url.password or ""), "HOST": url.hostname, "PORT": url.port}
`;

/** An example in a folder of its own, complete enough for its real tool. */
export class Project {
  private constructor(
    readonly example: Example,
    readonly folder: string,
    /** Id of its stack. */
    readonly stack: string,
    private readonly outer: string,
  ) {}

  static async open(example: Example): Promise<Project> {
    const driver = drivers[example.stack]!;
    await driver.install();
    const outer = await realpath(await mkdtemp(join(tmpdir(), 'lockkeeper-drift-')));
    const folder = join(outer, 'shop');
    await cp(join(root, example.root), folder, { recursive: true });
    const home = join(folder, example.path.slice(example.root.length + 1));
    if (example.stack === 'prisma') await symlink(await installPrisma(7, '7.10.0'), join(home, 'node_modules'));
    if (example.stack === 'drizzle') await symlink(await installDrizzle(), join(home, 'node_modules'));
    if (example.stack === 'django') await writeFile(join(home, 'dj_database_url.py'), addressReader);
    // Package managers that are not installed here: the tools themselves are.
    for (const file of ['pnpm-workspace.yaml', 'package.json', 'pnpm-lock.yaml'].map((each) => join(folder, each)))
      if (example.root !== example.path && existsSync(file)) await rm(file);
    if (example.name === 'monorepo-billing') {
      const file = join(home, 'pyproject.toml');
      await writeFile(file, (await readFile(file, 'utf8')).replace(/\[tool\.uv[\s\S]*?(?=\n\[|$)/g, ''));
    }
    // With a go.mod the example's goose would be compiled from source; the installed program is the same version.
    if (example.stack === 'goose') for (const file of ['go.mod', 'go.sum']) await rm(join(home, file));
    for (const config of ['prisma.config.ts', 'drizzle.config.ts'].map((file) => join(home, file)).filter(existsSync))
      await writeFile(config, (await readFile(config, 'utf8')).replace("import 'dotenv/config';\n", ''));
    const place = example.path === example.root ? '.' : example.path.slice(example.root.length + 1);
    return new Project(example, folder, `${example.stack}:${place}`, outer);
  }

  context(environment: Record<string, string> = {}): OperationContext {
    return {
      workingFolder: this.folder,
      environment: { ...drivers[this.example.stack]!.environment(), DJANGO_SECRET_KEY: 'for tests', DATABASE_URL: '', ...environment },
    };
  }

  /** Applies the first migrations of the history with the real tool. */
  async apply(url: string, count: number): Promise<void> {
    const report = await runMigrations(
      { project: this.folder, stack: this.stack, databaseVariable: 'SCRATCH', direction: 'up', count, throwAway: true },
      this.context({ SCRATCH: url }),
    );
    if (!report.succeeded) throw new Error(`${this.example.name}: ${JSON.stringify(report.steps.at(-1))}`);
  }

  async remove(): Promise<void> {
    await rm(this.outer, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** An empty database, dropped by the answered function. */
export async function database(server: TestServer, label: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `drift_${label.replace(/\W/g, '_')}_${process.pid}_${Math.floor(Math.random() * 1e9).toString(36)}`;
  await administer(server, `CREATE DATABASE ${name}`);
  return {
    url: server.url(name),
    drop: async () => {
      await administer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}
