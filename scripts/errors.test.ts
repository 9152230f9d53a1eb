import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dtmf } from '@hookline/audio';
import { echo, phrase } from '@hookline/bots';
import { defineIntegration } from '@hookline/client';
import { clause } from '@hookline/protocol';
import { sign } from '@hookline/protocol/signature';
import { RealtimeError, tool, transfer } from '@hookline/realtime';
import { openai } from '@hookline/realtime/openai';
import { decodeBase64, isHooklineError } from '@hookline/runtime';
import { createBot } from '@hookline/server';
import { linkedCall } from '@hookline/testing';
import { parseFilter, readTrace } from '@hookline/trace';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const listed = [...readFileSync(join(root, 'ERRORS.md'), 'utf8').matchAll(/^\| `(\w+)`/gm)].map(
  (match) => match[1] ?? '',
);

/** Whether the page says that a code is a usage error. */
const usageOf = new Map(
  [...readFileSync(join(root, 'ERRORS.md'), 'utf8').matchAll(/^\| `(\w+)` +\| (yes)? +\|/gm)].map(
    ([, code = '', yes]) => [code, yes !== undefined],
  ),
);

const sources = readdirSync(join(root, 'packages'), { recursive: true, encoding: 'utf8' })
  .filter((path) => /^[a-z]+\/src\/.*\.ts$/.test(path) && !path.endsWith('.test.ts'))
  .map((path) => ({ path, text: readFileSync(join(root, 'packages', path), 'utf8') }));

/** The codes that a source throws as literals, in any form. */
function thrown(text: string): string[] {
  const built = /(?:new \w*Error|\w+Error|\bfail|\brefuse|\bsuper)\(\s*'([^' ]+)',/g;
  const typed = /(?:extends HooklineError|HooklineError)<'([^']+)'>/g;
  return [built, typed].flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''));
}

/** Each class of the sources with the class that it extends. */
const classes = sources.flatMap(({ path, text }) =>
  [...text.matchAll(/^(?:export )?class (\w+)(?:<.*>)? extends (\w+)/gm)].map(([, name = '', base = '']) => ({
    path,
    text,
    name,
    base,
  })),
);

/** Whether a class extends `HooklineError`, directly or through others. */
function isHooklineErrorClass(name: string): boolean {
  return (
    name === 'HooklineError' ||
    classes.some((one) => one.name === name && one.base !== name && isHooklineErrorClass(one.base))
  );
}

test('every error class keeps its name if a bundler renames it', () => {
  const errors = classes.filter(({ base }) => isHooklineErrorClass(base));
  expect(errors.map(({ name }) => name)).toEqual(expect.arrayContaining(['DialError', 'RealtimeFailure']));
  const unnamed = errors.filter(
    ({ text, name }) => !text.includes(`static override get name(): string {\n    return '${name}';\n  }`),
  );
  expect(unnamed.map(({ name, path }) => `${name} of ${path}`)).toEqual([]);
});

describe('ERRORS.md', () => {
  test('matches the sources', () => {
    expect(() =>
      execFileSync(process.execPath, [join(root, 'scripts/errors.mjs'), '--check'], { stdio: 'pipe' }),
    ).not.toThrow();
  });

  test('lists every thrown code', () => {
    const missing = sources.flatMap(({ path, text }) =>
      thrown(text)
        .filter((code) => /^[A-Z]+(_[A-Z]+)*$/.test(code) && !listed.includes(code))
        .map((code) => `${code} of ${path}`),
    );
    expect(missing).toEqual([]);
  });

  test('lists every code that a comment says is thrown', () => {
    const described = sources.flatMap(({ path, text }) =>
      [...text.matchAll(/@throws (\S+)((?:(?!\*\/|\n \* @)[\s\S])*)/g)].flatMap(
        ([line, name = '', words = '']) => {
          // A text in lower case behind the class was meant as a code too.
          const first = [...words.matchAll(/^ `([^`]+)`/g), ...words.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)];
          const codes = first.map((match) => match[1] ?? '');
          expect(name, `${path}: ${line}: write the class without braces`).toMatch(/^\w/);
          return codes.map((code) => ({ path, code }));
        },
      ),
    );
    expect(described.length).toBeGreaterThan(250);
    const missing = described.filter(({ code }) => !listed.includes(code));
    expect(missing).toEqual([]);
  });

  test('says of each error whether it is a usage error, as the error itself does', () => {
    const mistakes = [
      () => dtmf('x', {} as never),
      () => phrase('nobody' as never),
      () => echo({ foo: 1 } as never),
      () => defineIntegration({} as never),
      () => createBot({} as never, () => {}),
      () => clause('NO-CLAUSE' as never),
      () => sign({} as never),
      () => openai({ foo: 1 } as never),
      () => tool({} as never),
      () => transfer([]),
      () => decodeBase64(5 as never),
      () => linkedCall(5 as never),
      () => parseFilter('('),
      () => readTrace('no trace' as never),
      () => new RealtimeError('SERVICE_LOST', 'a connection that was lost'),
    ];
    const errors = mistakes.map((make) => {
      try {
        return make();
      } catch (error) {
        return error;
      }
    });
    const differing = errors.flatMap((error) => {
      if (!isHooklineError(error)) return [`${error} is no HooklineError`];
      return usageOf.get(error.code) === error.isUsage ? [] : [`${error.code}: ${error.isUsage}`];
    });
    expect(differing).toEqual([]);
  });

  test('knows every way in which the sources make a usage error', () => {
    const places = sources.flatMap(({ path, text }) =>
      [...text.matchAll(/\bisUsage: (?!boolean)([^\n]*)/g)].map(([, way = '']) => `${path} ${way}`),
    );
    // Another way needs a pattern in errors.mjs; otherwise ERRORS.md leaves its codes unmarked.
    expect(places.sort()).toEqual([
      // Thrown on the spot, with the code beside it.
      'bots/src/speech.ts true },',
      'cli/src/exit-codes.ts true });',
      // As it was.
      'cli/src/verbs/check.ts error.isUsage });',
      // By the beginning of the code.
      "realtime/src/error.ts code.startsWith('REALTIME_BAD_'),",
      // The checks of runtime, and its factory.
      'runtime/src/argument-check.ts true,',
      'runtime/src/error.ts usage.includes(code),',
      'runtime/src/unknown-option.ts true });',
      'scenario/src/file/load-scenarios.ts true });',
      // The code of the checks that this file makes too.
      'testing/src/check.ts true,',
    ]);
  });

  test('lists each code once, in the form AREA_REASON', () => {
    expect(listed.length).toBeGreaterThan(40);
    expect(listed.filter((code) => !/^[A-Z]+(_[A-Z]+)+$/.test(code))).toEqual([]);
    expect(listed.filter((code, index) => listed.indexOf(code) !== index)).toEqual([]);
  });
});
