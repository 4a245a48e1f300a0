import type { Engine } from './engine.js';
import { connect } from './postgres/connect.js';
import { readCatalog } from './postgres/catalog.js';
import { readFacts } from './postgres/facts.js';
import { readFingerprint } from './postgres/fingerprint.js';
import { readSnapshot } from './postgres/snapshot/read.js';
import { newestMajor, oldestMajor } from './postgres/version.js';

/** PostgreSQL. Importing this loads no driver: `pg` and the parser come with the first connection. */
export const postgres: Engine = {
  name: 'postgres',
  capabilities: {
    transactionalDdl: true,
    concurrentIndexes: true,
    notValidConstraints: true,
    lockTimeout: true,
    observableLocks: true,
    schemas: true,
    enums: true,
  },
  versions: { oldest: oldestMajor, newest: newestMajor },
  connect,
  fingerprint: readFingerprint,
  facts: readFacts,
  catalog: readCatalog,
  snapshot: (session) => readSnapshot(session, session.version),
};
