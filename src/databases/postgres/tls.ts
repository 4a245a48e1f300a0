import { readFile } from 'node:fs/promises';
import type { ConnectionOptions } from 'node:tls';
import { LockkeeperError } from '../../core/errors.js';
import type { Address } from './address.js';

/**
 * TLS settings as libpq understands `sslmode` (documentation, chapter 34.19): `require` encrypts without asking who
 * answers, unless a root certificate is named; `verify-ca` checks the certificate, `verify-full` the host name as well.
 *
 * @param address where to connect to
 * @returns false for no TLS
 * @throws LockkeeperError PATH_NOT_FOUND when a certificate file cannot be read
 */
export async function tlsOptions(address: Address): Promise<ConnectionOptions | false> {
  if (address.sslMode === 'disable' || isSocket(address)) return false;
  const root = address.sslRootCertificate === 'system' ? null : address.sslRootCertificate;
  const verify = address.sslMode.startsWith('verify') || (address.sslMode === 'require' && address.sslRootCertificate !== null);
  return {
    rejectUnauthorized: verify,
    ...(verify && address.sslMode !== 'verify-full' ? { checkServerIdentity: () => undefined } : {}),
    ...(verify && root ? { ca: await read(root, 'sslrootcert') } : {}),
    ...(address.sslCertificate ? { cert: await read(address.sslCertificate, 'sslcert') } : {}),
    ...(address.sslKey ? { key: await read(address.sslKey, 'sslkey') } : {}),
  };
}

/** True when the host is the folder of a Unix socket. */
function isSocket(address: Address): boolean {
  return address.host.startsWith('/') || address.host.startsWith('@');
}

async function read(path: string, parameter: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => {
    throw new LockkeeperError(
      'PATH_NOT_FOUND',
      `The file that ${parameter} names in the address cannot be read.`,
      `Check ${parameter} in the address.`,
    );
  });
}
