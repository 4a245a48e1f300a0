import { readFileSync } from 'node:fs';
import { Partner } from './measure.mjs';

const hello = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } };

/** Milliseconds from starting a server to its first answer. */
export async function timeToFirstAnswer(script, folder) {
  const server = new Partner([script], { cwd: folder });
  await server.ask({ jsonrpc: '2.0', id: 1, method: 'initialize', params: hello });
  const time = performance.now() - server.startedAt;
  await server.stop();
  return time;
}

/** An open conversation with a server. */
export async function openSession(script, folder) {
  const server = new Partner([script], { cwd: folder });
  await server.ask({ jsonrpc: '2.0', id: 1, method: 'initialize', params: hello });
  server.tell({ jsonrpc: '2.0', method: 'notifications/initialized' });
  let id = 1;
  return {
    /** Milliseconds of one call. */
    async call(name, input) {
      const before = performance.now();
      const line = await server.ask({ jsonrpc: '2.0', id: ++id, method: 'tools/call', params: { name, arguments: input } });
      const time = performance.now() - before;
      if (JSON.parse(line).result?.isError) throw new Error(`${name} failed: ${line.slice(0, 400)}`);
      return time;
    },
    /** Peak memory in KB, where the system tells; else null. */
    peakMemory() {
      try {
        return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.process.pid}/status`, 'utf8'))?.[1] ?? Number.NaN);
      } catch {
        return null;
      }
    },
    stop: () => server.stop(),
  };
}
