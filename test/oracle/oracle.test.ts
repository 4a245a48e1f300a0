/** The judge: what the analyser predicts from text and schema, against what real servers do, for every shape on every major. */
import { afterAll, describe, test } from 'vitest';
import { type TestServer, testServers } from '../support/servers.js';
import { type Agreement, AgreementCounter, agreementTable, disagreementReport } from './agreement.js';
import { matrix } from './matrix/index.js';
import { observeAll } from './measure.js';
import { predict } from './predict.js';
import { shapes } from './shapes/index.js';
import type { Shape } from './types.js';

const servers = testServers();
const agreements: Agreement[] = [];

describe.skipIf(servers.length === 0)('the analyser and real servers agree', () => {
  afterAll(() => console.log(agreementTable(agreements)));

  test.concurrent.for(servers.map((server) => ({ name: `PostgreSQL ${server.version}`, server })))(
    '$name',
    { timeout: 1_200_000 },
    async ({ server }, { expect }) => {
      const first = await compare(server, [...shapes, ...matrix]);
      // Locks outside a transaction are seen by probing, which a busy machine can make miss one: what disagrees is looked at once more.
      const doubtful = new Set(first.disagreeing.map(({ id }) => id));
      const again = await compare(
        server,
        [...shapes, ...matrix].filter(({ id }) => doubtful.has(id)),
      );
      const counter = { result: { ...first, agreeing: first.agreeing + again.agreeing, disagreeing: again.disagreeing } };
      agreements.push(counter.result);
      expect(disagreementReport(counter.result)).toBe('');
      expect(counter.result.agreeing).toBeGreaterThan(500);
    },
  );
});

/** Predictions of these shapes beside what the server does. */
async function compare(server: TestServer, some: readonly Shape[]): Promise<Agreement> {
  const counter = new AgreementCounter(server.major);
  const pending: Promise<void>[] = [];
  await observeAll(server, some, (shape, observation) => {
    pending.push(predict(shape, server.major).then((prediction) => counter.add(shape, observation, prediction)));
  });
  await Promise.all(pending);
  return counter.result;
}
