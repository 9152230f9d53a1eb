import { PCMU_EXTERNAL } from '@hookline/protocol';
import { describe, expect, test } from 'vitest';
import { eventBuilders, MEDIA } from '../../test/sample-call.js';
import { CallTimeline } from './timeline.js';

const frame = (ms: number) => new Uint8Array(ms * 8);

function timeline(vantage: 'client' | 'server', openedAt: number) {
  const made = new CallTimeline({ vantage, media: PCMU_EXTERNAL });
  made.event(eventBuilders(vantage).server(openedAt, 'opened', 1, 1, { media: [MEDIA] }));
  return made;
}

describe('the place of bot audio', () => {
  test.each([
    [1000, 160],
    [1000.125, 160],
    [1000.25, 160],
    [1000.375, 163],
  ])('heard at %f ms joins audio that ends at 1000 ms, unless the gap exceeds two samples', (t, at) => {
    const made = timeline('client', 980);
    expect(made.heard(980, frame(20)).at).toBe(0);
    expect(made.heard(t, frame(20)).at).toBe(at);
  });

  test('is never before earlier audio, nor before the call', () => {
    const made = timeline('client', 100);
    expect(made.heard(50, frame(20)).at).toBe(0);
    expect(made.heard(105, frame(20)).at).toBe(160);
  });
});

describe('the start of a recording', () => {
  test('is `opened`, from the vantage of the client', () => {
    const made = timeline('client', 100);
    made.caller(400, frame(200));
    expect(made.heard(400, frame(20)).at).toBe(300 * 8);
  });

  test('is the first `opened` where a bot sends another', () => {
    const made = timeline('client', 100);
    made.event(eventBuilders('client').server(300, 'opened', 2, 1, { media: [MEDIA] }));
    expect(made.heard(400, frame(20)).at).toBe(300 * 8);
  });

  test('is the start of the burst in which the audio from before a late `opened` is sent', () => {
    const made = timeline('client', 3000);
    for (let k = 0; k < 15; k++) made.caller(3000, frame(200));
    expect(made.caller(3210, frame(200)).at).toBe(3000 * 8);
    expect(made.beganAt).toBe(0);
    expect(made.heard(4000, frame(20)).at).toBe(4000 * 8);
  });

  test.each(['client', 'server'] as const)(
    'does not move once bot audio was placed, from the vantage of the %s',
    (vantage) => {
      const made = timeline(vantage, 3000);
      made.heard(3010, frame(20));
      const start = made.beganAt;
      for (let k = 0; k < 15; k++) made.caller(3020, frame(200));
      expect(made.beganAt).toBe(start);
    },
  );

  test('moves by at most the audio that was received, whatever times a trace contains', () => {
    const made = timeline('client', 100);
    made.caller(Number.NaN, frame(200));
    expect(made.beganAt).toBe(100);
    made.caller(-1e6, frame(200));
    expect(made.beganAt).toBe(100 - 400);
    expect(made.heard(400, frame(20)).at).toBe(700 * 8);
  });

  test.each([
    [400, 200],
    [310, 200],
    [250, 200],
  ])('is the start of the first caller frame, received at %i ms, from the vantage of the bot', (t, ms) => {
    const made = timeline('server', 100);
    made.caller(t, frame(200));
    expect(made.estimated(t, frame(20)).at).toBe(ms * 8);
  });

  test('is the start of a burst from the vantage of the bot, whose first frame arrived late', () => {
    const made = timeline('server', 3000);
    for (const late of [90, 50, 20]) made.caller(3000 + late, frame(1000));
    expect(made.estimated(4020, frame(20)).at).toBe(4000 * 8);
  });
});

describe('caller audio that is skipped before the first frame', () => {
  const { client } = eventBuilders('client');
  const skipped = (type: 'discarded' | 'resumed', t: number, seconds: number) =>
    client(t, type, 2, 1, { start: 'PT0S', discarded: `PT${seconds}S` });

  test.each([1, 3, 60])('does not delay the caller, if it is %i s of an `opened` with discardTo', (s) => {
    const made = timeline('client', 20);
    made.event(skipped('discarded', 20, s));
    const { at } = made.caller(220, frame(200));
    expect(at / 8 + (made.beganAt ?? 0)).toBe(20);
  });

  test('does not delay the caller after the bot has spoken', () => {
    const made = timeline('client', 3000);
    made.event(skipped('discarded', 3000, 3));
    expect(made.heard(3010, frame(20)).at).toBe(10 * 8);
    expect(made.caller(3200, frame(200)).at).toBe(0);
  });

  test('is the time of a pause, if a session that opened late starts paused', () => {
    const made = timeline('client', 3000);
    made.event(client(3000, 'paused', 2, 1));
    made.heard(3010, frame(20));
    made.event(skipped('resumed', 5000, 5));
    expect(made.caller(5200, frame(200)).at).toBe(2000 * 8);
  });
});
