import { VirtualClock } from '@hookline/runtime';
import { describe, expect, it } from 'vitest';
import { SignatureHorizon } from '../src/auth/signature-horizon.js';

const LIFETIME_MS = 10_000;
/** `created` of a signature, in seconds. */
const CREATED = 1_700_000_000;

function horizon() {
  const clock = new VirtualClock();
  return { clock, horizon: new SignatureHorizon(clock, LIFETIME_MS) };
}

describe('the horizon before which signatures may have been used', () => {
  it('refuses nothing while nothing was accepted', async () => {
    const { clock, horizon: it } = horizon();
    await clock.advance(5 * LIFETIME_MS);
    expect(it.isBehind(0)).toBe(false);
  });

  it('is before a signature while its nonce is remembered, and at the signature afterwards', async () => {
    for (const beganMs of [0, 1, LIFETIME_MS / 2, LIFETIME_MS - 1]) {
      const { clock, horizon: it } = horizon();
      await clock.advance(beganMs);
      it.accepted(CREATED);
      // Asked at any time in between: the horizon moves when it is looked at.
      for (let passedMs = 0; passedMs < LIFETIME_MS; passedMs += 999) {
        expect(it.isBehind(CREATED), `${passedMs} ms after`).toBe(false);
        await clock.advance(999);
      }
      await clock.advance(LIFETIME_MS);
      expect(it.isBehind(CREATED)).toBe(true);
      expect(it.isBehind(CREATED + 1)).toBe(false);
    }
  });

  it('is at the latest signature of a period that ended without a query', async () => {
    const { clock, horizon: it } = horizon();
    it.accepted(CREATED);
    it.accepted(CREATED - 5);
    await clock.advance(2 * LIFETIME_MS);
    expect([it.isBehind(CREATED), it.isBehind(CREATED + 1)]).toEqual([true, false]);
  });

  it('moves period by period on a server that is never idle', async () => {
    const { clock, horizon: it } = horizon();
    for (let span = 0; span < 5; span++) {
      it.accepted(CREATED + span);
      expect(it.isBehind(CREATED + span - 2), `span ${span}`).toBe(span >= 2);
      expect(it.isBehind(CREATED + span - 1), `span ${span}`).toBe(false);
      await clock.advance(LIFETIME_MS);
    }
  });

  it('never moves back', async () => {
    const { clock, horizon: it } = horizon();
    it.accepted(CREATED);
    await clock.advance(2 * LIFETIME_MS);
    it.accepted(CREATED - 100);
    await clock.advance(2 * LIFETIME_MS);
    expect(it.isBehind(CREATED)).toBe(true);
  });
});
