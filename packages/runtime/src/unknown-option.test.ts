import { describe, expect, it } from 'vitest';
import { checkOptionNames, unknownOption } from './unknown-option.js';

describe('unknownOption', () => {
  it('names the unknown option, and the one that was probably meant', () => {
    expect(unknownOption('createBot: ', { patth: '/' }, ['auth', 'path'])).toBe(
      'createBot: unknown option `patth`; did you mean `path`?',
    );
    expect(unknownOption('createBot: timers: ', { OpenMS: 1 }, ['openMs'])).toContain(
      'did you mean `openMs`?',
    );
  });

  it('names all known options if none is similar', () => {
    expect(unknownOption('', { colour: 1 }, ['auth', 'path'])).toBe(
      'unknown option `colour`; the options are auth, path.',
    );
  });

  it.each([[undefined], [null], ['text'], [7], [{}], [{ auth: undefined, path: 1 }]])(
    'takes %j',
    (options) => {
      expect(unknownOption('', options, ['auth', 'path'])).toBeUndefined();
    },
  );

  it('shows a name that a peer may have chosen without what would break the line or reverse it', () => {
    expect(unknownOption('', { 'a\u202e\u009b\n': 1 }, ['auth'])).toBe(
      'unknown option `a\\u202e\\u009b\\n`; the options are auth.',
    );
    expect(unknownOption('', { ['x'.repeat(70)]: 1 }, ['auth'])).toContain(`\`${'x'.repeat(60)}…\`;`);
  });

  it('never throws', () => {
    const hidden = new Proxy(
      {},
      {
        ownKeys() {
          throw new Error('not for you');
        },
      },
    );
    expect(unknownOption('', hidden, ['auth'])).toBeUndefined();
    expect(unknownOption('', { ['x'.repeat(100_000)]: 1 }, ['auth'])?.length).toBeLessThan(110);
  });
});

describe('checkOptionNames', () => {
  const check = (options: unknown) => () =>
    checkOptionNames<{ auth: string }>('X_BAD', 'f: ', options, { auth: true });

  it.each([
    [null, 'f: the options are nothing; give an object with auth.'],
    [5, 'f: the options are a number; give an object with auth.'],
    ['auth', 'f: the options are a string; give an object with auth.'],
    [[], 'f: the options are an array; give an object with auth.'],
    [['auth'], 'f: the options are an array; give an object with auth.'],
    [() => {}, 'f: the options are a function; give an object with auth.'],
  ])('refuses %j as options', (options, message) => {
    expect(check(options)).toThrow(expect.objectContaining({ code: 'X_BAD', isUsage: true, message }));
  });

  it.each([[undefined], [{}], [{ auth: 'none' }]])('takes %j', (options) => {
    expect(check(options)).not.toThrow();
  });
});
