/** Chooses where a rehearsal takes place. */
import type { ConnectInput } from '../../databases/engine.js';
import { findServers, nearestServer } from './binaries.js';
import { embeddedMajor, embeddedPlace } from './embedded.js';
import { nativePlace } from './native.js';
import type { Place, PlaceKind } from './place.js';
import { serverPlace, type TargetIdentity } from './server.js';

export interface PlaceWish {
  /** A server given for it. */
  server: ConnectInput | null;
  /** Only this kind; the best that is there when absent. */
  kind: PlaceKind | null;
  /** Of the target, where it is known. */
  version: number | null;
  target: TargetIdentity | null;
  /** That the schema needs. */
  extensions: readonly string[];
  environment: Readonly<Record<string, string | undefined>>;
  project: string;
  signal?: AbortSignal;
}

/**
 * A server that was given; else one of the target's major version on this machine, else the nearest; else the embedded one.
 *
 * @throws LockkeeperError as the places do
 */
export async function choosePlace(wish: PlaceWish): Promise<Place> {
  const place = await pick(wish);
  const { version } = wish;
  if (version !== null && version !== place.version)
    place.doesNotProve.unshift(
      `It is PostgreSQL ${place.version}, the target is PostgreSQL ${version}: locks, rewrites and errors may differ.`,
    );
  if (version === null) place.doesNotProve.unshift(`The version of the target is not known; here it was PostgreSQL ${place.version}.`);
  return place;
}

async function pick(wish: PlaceWish): Promise<Place> {
  if (wish.server !== null) return serverPlace(wish.server, wish.target);
  if (wish.kind === 'embedded') return embeddedPlace(wish.extensions, wish.signal);
  const found = nearestServer(await findServers(wish.environment, wish.project), wish.version);
  const wanted = wish.kind === 'native' || wish.version === null || found?.major === wish.version || wish.version !== embeddedMajor;
  if (found === null || !wanted) return embeddedPlace(wish.extensions, wish.signal);
  return nativePlace(found, wish.signal);
}
