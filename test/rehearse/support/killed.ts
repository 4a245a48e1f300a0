/** A rehearsal that is killed in the middle: opens a place, says so, and waits for its end. */
import { findServers, nearestServer } from '../../../src/rehearse/places/binaries.js';
import { nativePlace } from '../../../src/rehearse/places/native.js';
import { serverPlace } from '../../../src/rehearse/places/server.js';

const kind = process.argv[2];
const binaries = nearestServer(await findServers(process.env, process.cwd()), Number(process.env['WANTED_MAJOR']));
const place =
  kind === 'server' ? await serverPlace({ variable: 'SHADOW_URL', environment: process.env }, null) : await nativePlace(binaries!);
const { database } = await place.open(null);
process.stdout.write(`${database.address.database}\n`);
setInterval(() => undefined, 1000);
