/** A rehearsal, or a rendering, that is killed in the middle: opens a database, says which, and waits for its end. */
import { findServers, nearestServer } from '../../../src/rehearse/places/binaries.js';
import { nativePlace } from '../../../src/rehearse/places/native.js';
import { serverPlace } from '../../../src/rehearse/places/server.js';
import { openThrowAwayTarget } from '../../../src/rehearse/throw-away.js';

async function open(kind: string | undefined): Promise<string> {
  if (kind === 'rendering') return (await openThrowAwayTarget('SHADOW_URL', process.env)).target.address.database;
  const binaries = nearestServer(await findServers(process.env, process.cwd()), Number(process.env['WANTED_MAJOR']));
  const place =
    kind === 'server' ? await serverPlace({ variable: 'SHADOW_URL', environment: process.env }, null) : await nativePlace(binaries!);
  return (await place.open(null)).database.address.database;
}

process.stdout.write(`${await open(process.argv[2])}\n`);
setInterval(() => undefined, 1000);
