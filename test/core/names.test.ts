import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { qualify, quoteIdentifier, splitName, splitQualified } from '../../src/core/names.js';

describe('names', () => {
  it.each([
    ['users', 'users'],
    ['_a$1', '_a$1'],
    ['Users', '"Users"'],
    ['order', '"order"'],
    ['user', '"user"'],
    ['1a', '"1a"'],
    ['a b', '"a b"'],
    ['a"b', '"a""b"'],
    ['größe', '"größe"'],
    ['value', 'value'],
    ['', '""'],
  ])('quotes %s as %s', (name, quoted) => expect(quoteIdentifier(name)).toBe(quoted));

  it('qualifies', () => {
    expect(qualify('public', 'Users')).toBe('public."Users"');
    expect(qualify('public', 'users', 'order')).toBe('public.users."order"');
  });

  it.each([
    ['public.users', 'public', 'users'],
    ['users', null, 'users'],
    ['Public.USERS', 'public', 'users'],
    ['public."User.Table"', 'public', 'User.Table'],
    ['"a""b".c', 'a"b', 'c'],
    ['db.public.users', 'public', 'users'],
    [' public . "x" ', 'public', 'x'],
  ])('splits %s', (text, schema, name) => expect(splitQualified(text)).toEqual({ schema, name }));

  it('gives back text that is no name', () => expect(splitName('a..b')).toEqual(['a..b']));

  it('splits what it qualified, whatever the names', () => {
    const name = fc.string({ minLength: 1 }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(name, name, (schema, relation) => {
        expect(splitQualified(qualify(schema, relation))).toEqual({ schema, name: relation });
      }),
    );
  });
});
