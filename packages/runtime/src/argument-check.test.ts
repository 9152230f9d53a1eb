import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { type ArgumentKind, checkArgument } from './argument-check.js';

const refused = (value: unknown, expected: ArgumentKind | Readonly<Record<string, ArgumentKind>>) => {
  try {
    checkArgument('X_BAD', 'read: input', value, expected);
    return undefined;
  } catch (error) {
    return error;
  }
};

describe('checkArgument', () => {
  it.each<[kind: ArgumentKind, fits: unknown, not: unknown]>([
    ['bytes', new Uint8Array(1), new Int16Array(1)],
    ['bytes', Buffer.alloc(1), 'x'],
    ['bytes', runInNewContext('new Uint8Array(1)'), runInNewContext('({ length: 1 })')],
    ['samples', new Int16Array(1), new Uint8Array(2)],
    ['text', '', undefined],
    ['text or bytes', new Uint8Array(1), 5],
    ['path', 'x', ''],
    ['list', [], 'x'],
    ['object', {}, []],
    ['object or list', [], null],
    ['function', () => {}, {}],
  ])('accepts %s', (kind, fits, not) => {
    expect(refused(fits, kind)).toBeUndefined();
    expect(refused(not, kind)).toMatchObject({ code: 'X_BAD', isUsage: true });
  });

  it('names the argument, the received value and the expected kind', () => {
    expect(refused(null, 'bytes')).toMatchObject({ message: 'read: input is null; expected a Uint8Array.' });
  });

  it('checks the fields of an object by name', () => {
    expect(refused({ rows: [] }, { rows: 'list' })).toBeUndefined();
    expect(refused({ rows: 5 }, { rows: 'list' })).toMatchObject({
      message: 'read: input.rows is 5; expected an array.',
    });
    expect(refused('x', { rows: 'list' })).toMatchObject({
      message: 'read: input is the string "x"; expected an object.',
    });
  });
});
