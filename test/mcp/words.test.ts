import { expect, test } from 'vitest';
import { inArguments } from '../../src/mcp/words.js';

test.each([
  ['Say which one with --stack: a, b.', 'Say which one with stack: a, b.'],
  ['Give --server-version 16 or --database-env NAME.', 'Give server_version 16 or database_env NAME.'],
  ['`--sql` takes text', '`sql` takes text'],
  ['--stackable --accept-data-loss a--sql', '--stackable --accept-data-loss a--sql'],
])('%s', (text, expected) => expect(inArguments(text)).toBe(expected));
