// Builds dist/cli.js: one file with everything but PGlite in it, and PostgreSQL's parser (WebAssembly) beside it.
import { copyFileSync, chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePackages, fail, root } from './lib/packages.mjs';
import { writeRuleIndex } from './lib/rule-index.mjs';

ensurePackages();
writeRuleIndex();
const { build } = await import('esbuild');
const dist = join(root, 'dist');
mkdirSync(dist, { recursive: true });

// Packages of the CommonJS kind ask for these; the parser finds its .wasm beside __dirname.
const banner = `#!/usr/bin/env node
import { createRequire as __createRequire } from 'node:module';
import { fileURLToPath as __fileURLToPath } from 'node:url';
const require = __createRequire(import.meta.url);
const __filename = __fileURLToPath(import.meta.url);
const __dirname = __fileURLToPath(new URL('.', import.meta.url)).replace(/[\\\\/]$/, '');`;

const result = await build({
  absWorkingDir: root,
  entryPoints: { cli: 'src/main.ts' },
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  external: ['@electric-sql/pglite', 'pg-native', 'pg-cloudflare', 'cloudflare:sockets'],
  loader: { '.json': 'json' },
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: false,
  legalComments: 'none',
  banner: { js: banner },
  metafile: process.argv.includes('--analyse'),
  logLevel: 'warning',
}).catch(() => fail('The build failed.'));
if (result.metafile) {
  const { analyzeMetafile } = await import('esbuild');
  process.stdout.write(await analyzeMetafile(result.metafile));
}
chmodSync(join(dist, 'cli.js'), 0o755);
rmSync(join(dist, 'libpg-query.wasm'), { force: true });
copyFileSync(join(root, 'node_modules/libpg-query/wasm/libpg-query.wasm'), join(dist, 'libpg-query.wasm'));
