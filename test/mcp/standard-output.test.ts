import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const program = `
  import { claimStandardOutput } from './src/mcp/standard-output.ts';
  const protocol = claimStandardOutput();
  console.log('log'); console.info('info'); console.table([{ a: 1 }]);
  process.stdout.write('direct\\n');
  protocol.write('protocol\\n');
`;

test('only the claimed stream reaches standard output; the rest goes to standard error', () => {
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(stdout).toBe('protocol\n');
  for (const word of ['log', 'info', 'direct']) expect(stderr).toContain(word);
});
