/** What the examples of the repository need besides their files: the packages of their tool, as their own manifests ask for them. */
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { ToolDriver } from '../orms/conformance/driver.js';
import { installDrizzle } from '../orms/install/drizzle.js';
import { goFlags, installGooseForGoRun } from '../orms/install/goose.js';
import { installPrisma } from '../orms/install/prisma.js';

/**
 * Makes a copy of an example ready for its real tool.
 *
 * @param driver of its tool
 * @param home folder of the copy in which the tool's manifest lies
 * @returns variables that the tool is to be run with, besides those of the driver
 * @throws ToolUnavailable
 */
export async function installExampleTools(driver: ToolDriver, home: string): Promise<Record<string, string>> {
  await driver.install();
  if (driver.tool === 'prisma') await symlink(await installPrisma(7, '7.10.0'), join(home, 'node_modules'));
  if (driver.tool === 'drizzle') await symlink(await installDrizzle('drizzle', '0.31.11'), join(home, 'node_modules'));
  if (driver.tool === 'django') return { DJANGO_SECRET_KEY: 'for tests' };
  if (driver.tool !== 'goose') return {};
  // Its go.mod requires goose, so lockkeeper starts it by `go run`.
  await installGooseForGoRun();
  return goFlags;
}
