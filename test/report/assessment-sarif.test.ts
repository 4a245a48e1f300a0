import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { assessmentSarif } from '../../src/report/assessment-sarif.js';
import { assessmentOf } from '../support/assessment.js';

const message = z.strictObject({ text: z.string().min(1) });
const location = z.strictObject({
  physicalLocation: z.strictObject({
    artifactLocation: z.strictObject({ uri: z.string().regex(/^[^\s\\]+$/), uriBaseId: z.string() }),
    region: z.strictObject({ startLine: z.int().min(1) }).optional(),
  }),
});
const level = z.enum(['none', 'note', 'warning', 'error']);

/** The parts of the SARIF 2.1.0 schema that are used, closed: a property that SARIF does not know is an error here. */
const sarif = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z.tuple([
    z.strictObject({
      tool: z.strictObject({
        driver: z.strictObject({
          name: z.literal('lockkeeper'),
          semanticVersion: z.string().regex(/^\d+\.\d+\.\d+/),
          rules: z.array(
            z.strictObject({
              id: z.string(),
              shortDescription: message,
              fullDescription: message,
              help: message,
              defaultConfiguration: z.strictObject({ level }),
              properties: z.strictObject({ tags: z.array(z.string()) }).optional(),
            }),
          ),
        }),
      }),
      columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
      invocations: z.array(
        z.strictObject({
          executionSuccessful: z.boolean(),
          toolExecutionNotifications: z.array(
            z.strictObject({ descriptor: z.strictObject({ id: z.string() }), level, message, locations: z.array(location).optional() }),
          ),
        }),
      ),
      results: z.array(
        z.strictObject({
          ruleId: z.string(),
          ruleIndex: z.int().min(0),
          level,
          message,
          locations: z.array(location),
          partialFingerprints: z.record(z.string(), z.string()).optional(),
          suppressions: z
            .array(
              z.strictObject({
                kind: z.enum(['inSource', 'external']),
                status: z.enum(['accepted', 'underReview', 'rejected']),
                justification: z.string(),
              }),
            )
            .optional(),
          properties: z.record(z.string(), z.unknown()).optional(),
        }),
      ),
      properties: z.record(z.string(), z.unknown()),
    }),
  ]),
});

describe('an assessment as SARIF', () => {
  const catalogue = [
    {
      id: 'fake-drop',
      category: 'destructive',
      severity: 'high' as const,
      title: 'Drops',
      why: 'It is gone',
      source: 'measured',
      quiet: false,
      bad: [],
      good: [],
    },
  ];
  const run = sarif.parse(assessmentSarif(assessmentOf(), catalogue)).runs[0];

  test('has one result for each finding, suppressed finding and gap', () => {
    expect(run.results.map((result) => [result.ruleId, result.level, result.suppressions?.length ?? 0])).toEqual([
      ['fake-drop', 'error', 0],
      ['fake-index', 'warning', 0],
      ['fake-comment', 'note', 0],
      ['fake-index', 'warning', 1],
      ['not-judged', 'warning', 0],
    ]);
  });

  test('points at file and line, and every result at its rule', () => {
    expect(run.results[1]?.locations[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'db/migrations/0001_users.sql', uriBaseId: '%SRCROOT%' },
      region: { startLine: 3 },
    });
    expect(run.results[4]?.locations[0]?.physicalLocation.artifactLocation.uri).toBe('db/seed%20data.py');
    for (const result of run.results) expect(run.tool.driver.rules[result.ruleIndex]?.id).toBe(result.ruleId);
  });

  test('describes rules from the catalogue', () => {
    expect(run.tool.driver.rules[0]).toMatchObject({
      id: 'fake-drop',
      shortDescription: { text: 'Drops' },
      properties: { tags: ['database', 'migration', 'destructive'] },
    });
  });
});
