import { MAX_TEXT_CHARS } from '@hookline/protocol';
import { describe, expect, it } from 'vitest';
import { checkOutputs } from '../src/call/variables.js';
import { SendLimits } from '../src/session/send-limits.js';

describe('the send limits', () => {
  it('allow exactly the burst of frames', () => {
    const limits = new SendLimits(0);
    const hasBurst = (nowMs: number, frames: number) => limits.msUntilAudioBurst(nowMs, frames) === 0;
    expect([hasBurst(0, 24), hasBurst(0, 25)]).toEqual([true, false]);
    for (let frame = 0; frame < 20; frame++) limits.sentAudio(0);
    expect([hasBurst(0, 4), hasBurst(0, 5)]).toEqual([true, false]);
    expect([hasBurst(200, 5), hasBurst(200, 6)]).toEqual([true, false]);
    expect([limits.msUntilAudioBurst(200, 6), limits.msUntilAudioBurst(200, 25)]).toEqual([200, Infinity]);
  });

  it.each(['pause', 'resume'] as const)('hold the fifth %s, and nothing else for it', (kind) => {
    const limits = new SendLimits(0);
    for (let sent = 0; sent < 4; sent++) {
      expect(limits.msUntil(kind, 0)).toBe(0);
      limits.sentText(kind, 0);
    }
    expect(limits.msUntil(kind, 0)).toBe(500);
    const other = kind === 'pause' ? 'resume' : 'pause';
    expect([limits.msUntil(other, 0), limits.msUntil('event', 0), limits.msUntil('audio', 0)]).toEqual([
      0, 0, 0,
    ]);
  });
});

describe('outputs', () => {
  it('may have exactly the maximum length of a message', () => {
    const need = (length: number) => {
      try {
        checkOutputs({ name: 'x'.repeat(length) });
        return 'fits';
      } catch (error) {
        return String(error);
      }
    };
    let [most, tooMany] = [60_000, MAX_TEXT_CHARS];
    while (tooMany - most > 1) {
      const middle = Math.floor((most + tooMany) / 2);
      if (need(middle) === 'fits') most = middle;
      else tooMany = middle;
    }
    expect(need(tooMany)).toContain(`need ${MAX_TEXT_CHARS + 1} characters`);
  });

  it('of equal length that are too long are refused, naming the first', () => {
    const half = 'x'.repeat(40_000);
    expect(() => checkOutputs({ ok: 'x', one: half, two: half })).toThrow('The largest is "one" with ');
  });
});
