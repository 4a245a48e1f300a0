import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { instructions as instructionsOf } from '../../src/mcp/instructions.js';
import { tools, writingTools } from '../../src/mcp/tools.js';

const files = readdirSync(new URL('../../src/mcp/tools/', import.meta.url)).map((file) => file.replace(/\.ts$/, ''));

test('every file in tools/ is a registered tool of that name', () => {
  expect([...tools, ...writingTools].map((tool) => tool.name).sort()).toEqual(files.sort());
});

test.each([false, true])('the instructions are short, and begin with when to look for the tools (--allow-apply: %s)', (allowApply) => {
  const instructions = instructionsOf(allowApply);
  expect(Buffer.byteLength(instructions)).toBeLessThan(1536);
  expect(instructions).toMatch(/^Use these tools before [^.]*migration/);
  for (const name of instructions.match(/\b[a-z]+_[a-z]+\b/g) ?? [])
    expect([...files, 'database_env', 'approval_required']).toContain(name);
});

describe.each([...tools, ...writingTools])('$name', (tool) => {
  const input = z.toJSONSchema(tool.inputSchema, { io: 'input' });

  test('has a portable name, a title and a description that no client cuts', () => {
    expect(tool.name).toMatch(/^[a-z_]{1,40}$/);
    expect(tool.title.length).toBeLessThan(80);
    expect(Buffer.byteLength(tool.description)).toBeLessThan(2048);
  });

  test('gives all four hints', () => {
    expect(Object.keys(tool.annotations).sort()).toEqual(['destructiveHint', 'idempotentHint', 'openWorldHint', 'readOnlyHint']);
    expect(tool.annotations).toMatchObject({
      readOnlyHint: !['create_migration', 'rehearse_migration', 'run_migration', 'run_backfill'].includes(tool.name),
      destructiveHint: writingTools.includes(tool),
    });
  });

  test('takes a plain object, refuses what it does not know, and explains what is not plain', () => {
    expect(input.type).toBe('object');
    expect(input).not.toHaveProperty('anyOf');
    expect(input).not.toHaveProperty('oneOf');
    expect(input).not.toHaveProperty('allOf');
    expect(input.additionalProperties).toBe(false);
    expect(input.required ?? []).toEqual([]);
  });

  test('has an output schema that is an object', () => {
    expect(z.toJSONSchema(tool.outputSchema, { io: 'output' })).toMatchObject({ type: 'object' });
  });
});
