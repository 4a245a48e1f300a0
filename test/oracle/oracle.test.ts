/** The checked-in facts against real servers: every shape, on every major that runs. */
import { afterAll, describe, test } from 'vitest';
import { testServers } from '../support/servers.js';
import { type Agreement, AgreementCounter, agreementTable, disagreementReport } from './agreement.js';
import { observeAll } from './measure.js';
import { predictFromTable, readEffectsTable } from './predict-from-table.js';
import { toRoles } from './roles.js';
import { shapes } from './shapes/index.js';

const servers = testServers();
const agreements: Agreement[] = [];

describe.skipIf(servers.length === 0)('facts and real servers agree', () => {
  afterAll(() => console.log(agreementTable(agreements)));

  test.concurrent.for(servers.map((server) => ({ name: `PostgreSQL ${server.version}`, server })))('$name', { timeout: 600_000 }, async ({ server }, { expect }) => {
    const table = readEffectsTable();
    const counter = new AgreementCounter(server.major);
    await observeAll(server, shapes, (shape, observation) => {
      const { outcome } = toRoles(shape, observation);
      const seen = { ...observation, ...outcome, error: observation.error };
      counter.add(shape, seen, predictFromTable(table, shape.id, server.major));
    });
    agreements.push(counter.result);
    expect(disagreementReport(counter.result)).toBe('');
    expect(counter.result.unknown, 'shapes that the table does not hold: run npm run oracle').toEqual([]);
  });
});
