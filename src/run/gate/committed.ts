import type { GateEvent } from './plan-referee.js';

/**
 * Which statements of the plan were executed and are committed, by their position: those outside a transaction that went well, and those
 * of a transaction whose COMMIT did. Several statements of one message are a transaction of their own.
 */
export function committed(events: readonly GateEvent[]): number[] {
  const broken = new Set(events.filter(({ result }) => result !== 'done').map(({ message }) => message));
  const open = new Map<number, number[]>();
  const done: number[] = [];
  for (const event of events) {
    const control = /^\s*(begin|start|commit|end|rollback|abort)\b(?!\s+to\b)/i.exec(event.sql)?.[1]?.toLowerCase();
    const waiting = open.get(event.connection);
    if (control === 'begin' || control === 'start') open.set(event.connection, waiting ?? []);
    else if (control !== undefined) {
      if (control !== 'rollback' && control !== 'abort' && event.result === 'done') done.push(...(waiting ?? []));
      open.delete(event.connection);
    }
    if (event.as !== 'plan' || event.position === null || event.result !== 'done') continue;
    if (waiting !== undefined) waiting.push(event.position);
    else if (!broken.has(event.message)) done.push(event.position);
  }
  return [...new Set(done)].sort((a, b) => a - b);
}
