/**
 * Loaded into drizzle-kit by `NODE_OPTIONS=--require`: 0.31.10 and later hide the database's error. It changes nothing of what
 * runs, and writes one line a failure to stderr. `detail` is left out, since it holds values of rows.
 */
export const preload = String.raw`
const { createRequire } = require('node:module');
const path = require('node:path');
try {
  const { Client } = createRequire(path.join(process.cwd(), 'package.json'))('pg');
  const say = ({ code, message }) => process.stderr.write('LOCKKEEPER_SQL_ERROR ' + JSON.stringify({ code, message }) + '\n');
  for (const method of ['query', 'connect']) {
    const original = Client.prototype[method];
    Client.prototype[method] = function (first, ...rest) {
      if (method === 'connect' && typeof first === 'function')
        return original.call(this, (error, ...more) => { if (error) say(error); first(error, ...more); });
      const result = original.call(this, first, ...rest);
      result?.then?.(undefined, say);
      return result;
    };
  }
} catch { /* another driver */ }
`;

/** What the preload wrote: the last failure. */
export function preloadedError(stderr: string): { sqlState: string | null; message: string } | null {
  const line = /LOCKKEEPER_SQL_ERROR (\{.*\})/.exec(stderr)?.[1];
  if (line === undefined) return null;
  const { code, message } = JSON.parse(line) as { code?: string; message?: string };
  return { sqlState: code ?? null, message: message ?? '' };
}
