import { readAddress } from '../databases/postgres/address.js';
import type { Address } from '../orms/tool.js';

/**
 * The address that a variable holds, as a tool's program is pointed at it.
 *
 * @param text value of the variable, in any of the usual spellings
 * @param variable its name, for messages
 * @throws LockkeeperError BAD_USAGE, NOT_SUPPORTED_YET
 */
export function toolAddress(text: string, variable: string): Address {
  const read = readAddress(text, variable);
  const user = read.user ?? 'postgres';
  const database = read.database ?? user;
  const login = read.password === null ? encodeURIComponent(user) : `${encodeURIComponent(user)}:${encodeURIComponent(read.password)}`;
  const host = read.host.includes(':') && !read.host.startsWith('[') ? `[${read.host}]` : read.host;
  const query = read.sslMode === 'prefer' ? '' : `?sslmode=${read.sslMode}`;
  const url = host.startsWith('/')
    ? `postgresql://${login}@/${encodeURIComponent(database)}?host=${encodeURIComponent(host)}&port=${read.port}`
    : `postgresql://${login}@${host}:${read.port}/${encodeURIComponent(database)}${query}`;
  return { host: read.host, port: read.port, user, password: read.password, database, searchPath: read.searchPath, url };
}
