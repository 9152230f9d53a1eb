import { ivr } from '@hookline/bots';
import { describe, expect, test } from 'vitest';
import { linkedCall } from '../src/index.js';
import { finish } from './finish-call.js';

/** Presses keys at times in milliseconds after the start of the call. */
function pressing(keys: readonly (readonly [atMs: number, digits: string])[], code?: string) {
  const linked = linkedCall(ivr, {
    latencyMs: 20,
    call: code === undefined ? {} : { inputs: { code } },
  });
  for (const [atMs, digits] of keys) linked.clock.after(atMs, () => void linked.call.sendDtmf(digits));
  return finish(linked);
}

describe('the IVR', () => {
  test.each<[string, [number, string][], Record<string, string>]>([
    [
      'transfers a caller who has the code and wants an agent',
      [
        [6000, '1234#'],
        [12_000, '1'],
      ],
      { verified: 'true', tries: '1', next: 'transfer' },
    ],
    [
      'says goodbye to a caller who has the code and wants no agent',
      [
        [6000, '1234#'],
        [12_000, '2'],
      ],
      { verified: 'true', tries: '1', next: 'goodbye' },
    ],
    [
      'accepts keys during the prompt',
      [
        [1000, '1234#'],
        [4000, '1'],
      ],
      { verified: 'true', tries: '1', next: 'transfer' },
    ],
    [
      'accepts keys faster than it asks',
      [[50, '1234#1']],
      { verified: 'true', tries: '1', next: 'transfer' },
    ],
    [
      'accepts keys from before the call is open',
      [[0, '1234#1']],
      { verified: 'true', tries: '1', next: 'transfer' },
    ],
    [
      'lets the caller try again',
      [
        [6000, '99#'],
        [12_000, '1234#'],
        [18_000, '1'],
      ],
      { verified: 'true', tries: '2', next: 'transfer' },
    ],
    [
      'counts # alone as a try',
      [
        [6000, '#'],
        [12_000, '1234#'],
        [18_000, '2'],
      ],
      { verified: 'true', tries: '2', next: 'goodbye' },
    ],
    ['gives up after three tries', [[6000, '1#2#3#']], { verified: 'false', tries: '3', next: 'goodbye' }],
    ['gives up if the caller presses nothing', [], { verified: 'false', tries: '3', next: 'goodbye' }],
  ])('%s', async (_what, keys, outputs) => {
    expect(await pressing(keys)).toMatchObject({ path: 'success', outputs, cutMs: 0, warnings: [] });
  });

  test('asks for the code from the flow', async () => {
    expect(await pressing([[500, '4711#2']], '4711')).toMatchObject({ outputs: { verified: 'true' } });
  });

  test('plays its goodbye to the last millisecond', async () => {
    const linked = linkedCall(ivr);
    linked.clock.after(100, () => void linked.call.sendDtmf('1#2#3#'));
    const result = await finish(linked);
    expect(result).toMatchObject({ path: 'success', cutMs: 0 });
    expect(result.heardMs).toBeGreaterThanOrEqual(2252);
  });

  test('reports each turn', async () => {
    const result = await pressing([
      [6000, '1234#'],
      [12_000, '2'],
    ]);
    expect(result.turns.map(({ text }) => text)).toEqual([
      'Welcome. Please enter your code, then press pound.',
      'Thank you. Press one for an agent, or two to hang up.',
      'Thank you for calling. Goodbye.',
    ]);
  });
});
