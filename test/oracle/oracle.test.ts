/** The judge: what the analyser predicts from text and schema, against what real servers do, for every shape on every major. */
import { afterAll, describe, test } from 'vitest';
import { testServers } from '../support/servers.js';
import { type Agreement, AgreementCounter, agreementTable, disagreementReport } from './agreement.js';
import { matrix } from './matrix/index.js';
import { observeAll } from './measure.js';
import { predict } from './predict.js';
import { shapes } from './shapes/index.js';

const servers = testServers();
const agreements: Agreement[] = [];

describe.skipIf(servers.length === 0)('the analyser and real servers agree', () => {
  afterAll(() => console.log(agreementTable(agreements)));

  test.concurrent.for(servers.map((server) => ({ name: `PostgreSQL ${server.version}`, server })))(
    '$name',
    { timeout: 1_200_000 },
    async ({ server }, { expect }) => {
      const counter = new AgreementCounter(server.major);
      const pending: Promise<void>[] = [];
      await observeAll(server, [...shapes, ...matrix], (shape, observation) => {
        pending.push(predict(shape, server.major).then((prediction) => counter.add(shape, observation, prediction)));
      });
      await Promise.all(pending);
      agreements.push(counter.result);
      expect(disagreementReport(counter.result)).toBe('');
      expect(counter.result.agreeing).toBeGreaterThan(500);
    },
  );
});
