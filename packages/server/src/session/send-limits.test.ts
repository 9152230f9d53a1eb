import { describe, expect, it } from 'vitest';
import { SendLimits } from './send-limits.js';

describe('the limits of sending', () => {
  it('keeps five text tokens of the burst from events', () => {
    const limits = new SendLimits(0);
    let events = 0;
    while (limits.msUntil('event', 0) === 0) {
      limits.sentText('event', 0);
      events += 1;
    }
    expect(events).toBe(20);
    expect(limits.msUntil('event', 0)).toBe(200);
  });

  it('counts a pause against texts and pauses', () => {
    const limits = new SendLimits(0);
    for (let sent = 0; sent < 4; sent++) limits.sentText('pause', 0);
    expect(limits.msUntil('pause', 0)).toBe(500);
    expect(limits.msUntil('resume', 0)).toBe(0);
  });

  it('holds everything that can be held while the client asked for quiet', () => {
    const limits = new SendLimits(0);
    limits.quiet(1000, 3000);
    limits.quiet(1000, 500);
    for (const kind of ['event', 'pause', 'resume', 'audio'] as const) {
      expect(limits.msUntil(kind, 1500)).toBe(2500);
      expect(limits.msUntil(kind, 4000)).toBe(0);
    }
  });
});
