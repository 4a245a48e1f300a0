// Builds dist/cli.js: one file with everything but PGlite in it, and PostgreSQL's parser (WebAssembly) beside it.
import { copyFileSync, chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundleOptions, bundlePrelude, parserFile } from './lib/bundle.mjs';
import { ensurePackages, fail, root } from './lib/packages.mjs';
import { writeRuleIndex } from './lib/rule-index.mjs';

ensurePackages();
writeRuleIndex();
const { build } = await import('esbuild');
const dist = join(root, 'dist');
mkdirSync(dist, { recursive: true });

const result = await build({
  ...bundleOptions,
  entryPoints: { cli: 'src/main.ts' },
  outdir: 'dist',
  banner: { js: `#!/usr/bin/env node\n${bundlePrelude}` },
  metafile: process.argv.includes('--analyse'),
  logLevel: 'warning',
}).catch(() => fail('The build failed.'));
if (result.metafile) {
  const { analyzeMetafile } = await import('esbuild');
  process.stdout.write(await analyzeMetafile(result.metafile));
}
chmodSync(join(dist, 'cli.js'), 0o755);
rmSync(join(dist, 'libpg-query.wasm'), { force: true });
copyFileSync(join(root, parserFile), join(dist, 'libpg-query.wasm'));
