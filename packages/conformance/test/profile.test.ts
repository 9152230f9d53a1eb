import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWav } from '@hookline/audio';
import { type ProfileFile, readProfile, runChecks, serveFault } from '@hookline/conformance';
import { afterAll, describe, expect, test } from 'vitest';
import { prepareProfile } from '../src/check/prepare-profile.js';

const cwd = mkdtempSync(join(tmpdir(), 'hookline-profile-'));
afterAll(() => rmSync(cwd, { recursive: true }));
const noWav = join(cwd, 'no.wav');
writeFileSync(noWav, 'no WAV');

describe('a wrong profile', () => {
  test.each<[string, ProfileFile, string, RegExp]>([
    [
      'audio that does not exist',
      { triggers: { bargeIn: { say: join(cwd, 'missing.wav') } } },
      '',
      /triggers\.bargeIn\.say: ".*missing\.wav" cannot be played: ENOENT/,
    ],
    [
      'audio that is no WAV file',
      { triggers: { speak: { say: noWav } } },
      '',
      /triggers\.speak\.say: ".*no\.wav" cannot be played: /,
    ],
    [
      'a key that no telephone has',
      { triggers: { complete: { dtmf: '12E#' } } },
      '',
      /triggers\.complete\.dtmf is "12E#", and "E" is no key of a telephone; expected only 0 to 9/,
    ],
    [
      'a space between keys',
      { triggers: { bargeIn: { dtmf: '1 2' } } },
      '',
      /triggers\.bargeIn\.dtmf is "1 2", and " " is no key/,
    ],
    [
      'inputs that do not fit into `open`',
      { inputs: { large: 'x'.repeat(70_000) } },
      '',
      /profile: inputs: .* 70012 characters.* at most 60000/,
    ],
    [
      'inputs of a trigger that do not fit beside those of every call',
      { inputs: { a: 'x'.repeat(30_000) }, triggers: { fail: { inputs: { b: '"'.repeat(20_000) } } } },
      '',
      /profile: triggers\.fail\.inputs: .* at most 60000/,
    ],
    [
      'a Connector ID that cannot follow the query of the URL',
      { triggers: { complete: { connectorId: 'done' } } },
      '?a=1',
      /triggers\.complete\.connectorId: .*"done" cannot be appended/,
    ],
    [
      'a Connector ID with a fragment',
      { triggers: { complete: { connectorId: 'done#now' } } },
      '',
      /triggers\.complete\.connectorId: "done#now" has a fragment/,
    ],
  ])('with %s is refused before the first call, with the field', async (_, profile, query, words) => {
    const started: string[] = [];
    const running = runChecks({
      target: { url: `ws://127.0.0.1:9/bot${query}`, apiKey: 'key' },
      profile,
      onProgress: ({ scenario }) => started.push(scenario),
    });
    await expect(running).rejects.toMatchObject({
      code: 'CONFORMANCE_BAD_PROFILE',
      isUsage: true,
      message: expect.stringMatching(words),
    });
    expect(started).toEqual([]);
  });
});

test('a profile file that begins with a byte order mark is read', async () => {
  const path = join(cwd, 'marked.json');
  writeFileSync(path, '\uFEFF{"auth":"none"}');
  expect(await readProfile(path)).toMatchObject({ auth: 'none' });
});

test('inputs of every call that just fit leave room for the largest `open`', {
  timeout: 60_000,
}, async () => {
  const bot = await serveFault(undefined, { port: 0 });
  const { results, problem } = await runChecks({
    target: { url: bot.url, apiKey: 'key' },
    profile: { inputs: { customer: 'x'.repeat(59_980) } },
    only: ['AC-MSG-10'],
  });
  await bot.close();
  expect([problem, results.map(({ outcome }) => outcome)]).toEqual([undefined, ['pass']]);
});

test('the audio of a trigger is loaded as the caller plays it', async () => {
  const say = join(cwd, 'yes.wav');
  const data = Uint8Array.from({ length: 1600 }, (_, index) => index % 256);
  writeFileSync(say, writeWav({ codec: 'mulaw', rate: 8000, channels: 1, data }));
  const target = { url: 'ws://127.0.0.1:9/bot', apiKey: 'key' };
  const { triggers, auth } = await prepareProfile({ triggers: { speak: { say } } }, target);
  expect([Buffer.compare(triggers.speak?.speech ?? Buffer.alloc(0), data), auth]).toEqual([0, 'none']);
});
