import { chmod, cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { installed } from './cache.js';

/** A program `flyway` over the artifacts of Maven Central; answers its folder. @throws ToolUnavailable */
export async function installFlyway(): Promise<string> {
  return installed('flyway-11.20.3', async (building) => {
    await cp(fileURLToPath(new URL('../../../scripts/tools/flyway/pom.xml', import.meta.url)), join(building, 'pom.xml'));
    await execa('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib'], { cwd: building });
    const program = join(building, 'flyway');
    await writeFile(program, '#!/bin/sh\nexec java -cp "$(dirname "$0")/lib/*" org.flywaydb.commandline.Main "$@"\n');
    await chmod(program, 0o755);
  });
}
