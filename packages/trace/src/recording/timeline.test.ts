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

  test.each([
    [400, 200],
    [310, 200],
    [250, 150],
  ])(
    'is the first caller frame, received at %i ms, but never before `opened`, from the vantage of the bot',
    (t, ms) => {
      const made = timeline('server', 100);
      made.caller(t, frame(200));
      expect(made.estimated(t, frame(20)).at).toBe(ms * 8);
    },
  );
});
