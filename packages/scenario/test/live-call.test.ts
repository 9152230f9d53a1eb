import { encodeMulaw, MULAW_SILENCE, sine } from '@hookline/audio';
import { defineIntegration } from '@hookline/client';
import { ScriptedServer } from '@hookline/client/testing';
import { VirtualClock } from '@hookline/runtime';
import { describe, expect, test } from 'vitest';
import { LiveCall } from '../src/live/live-call.js';
import { performAction } from '../src/run/perform-action.js';
import type { Action } from '../src/scenario.js';

const tone = (ms: number) => encodeMulaw(sine({ hz: 440, ms, dbfs: -12 }));
const silence = (ms: number) => new Uint8Array(ms * 8).fill(MULAW_SILENCE);

/** A call to a scripted bot that is open. */
async function openLiveCall() {
  const clock = new VirtualClock();
  const server = new ScriptedServer(clock);
  const integration = defineIntegration({
    baseConnectionUri: 'wss://bots.example',
    apiKey: 'key',
    clientSecret: null,
    dial: server.dial,
  });
  const action = { integration, clock };
  const live = new LiveCall({ action, turnGapMs: 700, withinMs: 10_000, recordAudio: false });
  await clock.settle();
  const openedMs = live.nowMs;
  return { clock, server, live, openedMs };
}

test('what is true at the deadline of a wait counts, although nothing reports the change', async () => {
  const { clock, live } = await openLiveCall();
  const since = (ms: number) => () => (live.nowMs >= ms ? live.nowMs : undefined);
  expect(await clock.run(live.waitFor(since(1500), 1500))).toBe(1500);
  expect(await clock.run(live.waitFor(since(3000), 2500))).toBeUndefined();
  live.call.hangup();
  await clock.run(live.call.closed);
});

test.each([
  ['turnGapMs', Number.NaN, 'LiveCall: turnGapMs is NaN; expected a number of 0 or more, or Infinity.'],
  ['withinMs', '5s', 'LiveCall: withinMs is the string "5s"; expected a number of 0 or more, or Infinity.'],
  ['action', undefined, 'LiveCall: action is undefined; expected an object.'],
])('an option that cannot be used is refused before the call: %s', (name, value, message) => {
  const dial = () => {
    throw new Error('dialled');
  };
  const integration = defineIntegration({
    baseConnectionUri: 'wss://bots.example',
    apiKey: 'key',
    clientSecret: null,
    dial,
  });
  const options = { action: { integration }, turnGapMs: 700, withinMs: 10_000, recordAudio: false };
  expect(() => new LiveCall({ ...options, [name]: value })).toThrow(
    expect.objectContaining({ code: 'SCENARIO_BAD_OPTION', message }),
  );
});

describe('the caller’s turn comes', () => {
  const line: Action = { type: 'say', audio: tone(400) };
  const wait = (ms: number): Action => ({ type: 'wait', ms });

  /** Runs the actions, and then `say`. Resolves with when the caller speaks, since the session opened. */
  async function speaksAtMs(
    bot: readonly (readonly [atMs: number, bytes: Uint8Array])[],
    actions: readonly Action[],
  ): Promise<number> {
    const { clock, server, live, openedMs } = await openLiveCall();
    for (const [atMs, bytes] of bot) clock.after(atMs, () => server.binary(bytes));
    const act = async () => {
      for (const action of [...actions, line]) await performAction(live, { action, text: action.type });
    };
    await clock.run(act());
    live.call.hangup();
    await clock.run(live.call.closed);
    return live.lastAction.startMs - openedMs;
  }

  test.each<[string, readonly (readonly [number, Uint8Array])[], readonly Action[], number]>([
    [
      '700 ms after the end of a playback that was on hold in a pause between its sentences',
      [[0, Buffer.concat([tone(1000), silence(300), tone(3000)])]],
      [wait(1200), { type: 'pause' }, wait(3000), { type: 'resume' }],
      8000,
    ],
    [
      'not in a pause between the sentences of a playback',
      [[0, Buffer.concat([tone(1000), silence(1500), tone(1000)])]],
      [],
      4200,
    ],
    [
      'after the answer to the last speech, not after a sentence that began during it',
      [
        [0, tone(500)],
        [1300, tone(1000)],
        [5000, tone(1000)],
      ],
      [line],
      6700,
    ],
    ['once no answer has come in time', [[0, tone(500)]], [line], 11_400],
  ])('%s', async (_, bot, actions, dueMs) => {
    const spokenMs = await speaksAtMs(bot, actions);
    expect(spokenMs).toBeGreaterThanOrEqual(dueMs);
    expect(spokenMs).toBeLessThanOrEqual(dueMs + 120);
  });
});
