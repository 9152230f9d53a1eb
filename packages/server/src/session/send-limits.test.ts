import { describe, expect, it } from 'vitest';
import { SendLimits } from './send-limits.js';

describe('the send limits', () => {
  it('reserves five text tokens of the burst that events may not use', () => {
    const limits = new SendLimits(0);
    let events = 0;
    while (limits.msUntil('event', 0) === 0) {
      limits.sentText('event', 0);
      events += 1;
    }
    expect(events).toBe(20);
    expect(limits.msUntil('event', 0)).toBe(200);
  });

  it('counts a pause as a text message and as a pause', () => {
    const limits = new SendLimits(0);
    for (let sent = 0; sent < 4; sent++) limits.sentText('pause', 0);
    expect(limits.msUntil('pause', 0)).toBe(500);
    expect(limits.msUntil('resume', 0)).toBe(0);
  });

  it('holds back everything that can be delayed during retryAfter', () => {
    const limits = new SendLimits(0);
    limits.quiet(1000, 3000);
    limits.quiet(1000, 500);
    for (const kind of ['event', 'pause', 'resume', 'audio'] as const) {
      expect(limits.msUntil(kind, 1500)).toBe(2500);
      expect(limits.msUntil(kind, 4000)).toBe(0);
    }
  });
});
