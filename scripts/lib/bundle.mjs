import { root } from './packages.mjs';

/** How esbuild bundles what is shipped; the bench bundles what it compares in the same way. */
export const bundleOptions = {
  absWorkingDir: root,
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
};

/** Packages of the CommonJS kind ask for these; the parser finds its .wasm beside __dirname. */
export const bundlePrelude = `import { createRequire as __createRequire } from 'node:module';
import { fileURLToPath as __fileURLToPath } from 'node:url';
const require = __createRequire(import.meta.url);
const __filename = __fileURLToPath(import.meta.url);
const __dirname = __fileURLToPath(new URL('.', import.meta.url)).replace(/[\\\\/]$/, '');`;

/** PostgreSQL's parser; it stands beside each bundle. */
export const parserFile = 'node_modules/libpg-query/wasm/libpg-query.wasm';
