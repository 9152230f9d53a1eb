import fc from 'fast-check';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { HooklineError, isHooklineError, messageOf } from './error.js';

describe('HooklineError', () => {
  it('has code, message and cause', () => {
    const cause = new Error('ENOENT');
    const error = new HooklineError('NO_FILE', 'caller.wav cannot be read', { cause });
    expect(error).toMatchObject({ code: 'NO_FILE', message: 'caller.wav cannot be read', cause });
    expect(error).toBeInstanceOf(Error);
    expectTypeOf(error.code).toEqualTypeOf<'NO_FILE'>();
    expect(error.isUsage).toBe(false);
    const usage = new HooklineError('BAD', 'n is NaN', { isUsage: true });
    expect([usage.isUsage, 'cause' in usage]).toEqual([true, false]);
  });

  it('has the name of its class', () => {
    class DialError extends HooklineError<'refused'> {}
    expect(String(new DialError('refused', 'nothing listens'))).toBe('DialError: nothing listens');
  });

  it('does not show its brand when printed or copied', () => {
    const error = new HooklineError('X', 'x');
    expect(Object.keys(error)).toEqual(['code', 'isUsage', 'name']);
  });
});

describe('isHooklineError', () => {
  it('recognises an error of another copy of this package', async () => {
    vi.resetModules();
    const copy = await import('./error.js');
    const error = new copy.HooklineError('X', 'from the other copy');
    expect(error).not.toBeInstanceOf(HooklineError);
    expect(isHooklineError(error)).toBe(true);
  });

  it.each([new Error('plain'), { code: 'X', message: 'x' }, null, undefined, 'text'])(
    'refuses %s',
    (value) => {
      expect(isHooklineError(value)).toBe(false);
    },
  );
});

describe('messageOf', () => {
  it('returns the message of an error, or its name if it has none', () => {
    expect(messageOf(new Error('no route'))).toBe('no route');
    expect(messageOf(new TypeError())).toBe('TypeError');
    // A connection that failed at each address of a host.
    const refused = [new Error('refused by ::1'), new Error('refused by 127.0.0.1')];
    expect(messageOf(new AggregateError(refused))).toBe('refused by ::1; refused by 127.0.0.1');
    expect(messageOf(new AggregateError([]))).toBe('AggregateError');
    expect(messageOf(new AggregateError(refused, 'all failed'))).toBe('all failed');
  });

  it('describes a thrown value that is not an error', () => {
    expect(messageOf('just text')).toBe('just text');
    expect(messageOf(42)).toBe('a thrown number: 42');
    expect(messageOf(undefined)).toBe('a thrown undefined: undefined');
  });

  it('returns text for any value and never throws', () => {
    const hostile = [
      Object.create(null),
      Symbol('s'),
      Object.assign(new Error('x'), { message: { not: 'text' } }),
      Proxy.revocable({}, {}).proxy,
      {
        toString() {
          throw new Error('not today');
        },
      },
    ];
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    for (const thrown of [...hostile, proxy]) expect(typeof messageOf(thrown)).toBe('string');
    fc.assert(
      fc.property(
        fc.anything({ withNullPrototype: true }),
        (thrown) => typeof messageOf(thrown) === 'string',
      ),
    );
  });
});
