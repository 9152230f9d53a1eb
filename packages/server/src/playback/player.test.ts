import { createTicker, VirtualClock } from '@hookline/runtime';
import { expect, test } from 'vitest';
import { BotMetrics } from '../metrics/bot-metrics.js';
import { CallTimings } from '../metrics/call-timings.js';
import { newCounters } from '../session/call-stats.js';
import { SendLimits } from '../session/send-limits.js';
import { Player } from './player.js';

/** A player whose sends take time, as the first ones of a process do. */
function slowPlayer({ audioTakesMs, bargeInTakesMs }: { audioTakesMs: number; bargeInTakesMs: number }) {
  const virtual = new VirtualClock();
  let slowMs = 0;
  const clock = {
    now: () => virtual.now() + slowMs,
    wall: () => virtual.wall(),
    after: (ms: number, callback: () => void) => virtual.after(ms, callback),
  };
  let frames = 0;
  const player = new Player({
    session: {
      sendLimits: new SendLimits(0),
      counters: newCounters(),
      positionMs: 0,
      callerFrameMs: 20,
      nextFrameMs: Number.POSITIVE_INFINITY,
      longestRoundTripMs: Number.POSITIVE_INFINITY,
      sendAudio() {
        frames += 1;
        if (frames === 1) slowMs += audioTakesMs;
        return true;
      },
    },
    outbox: {
      position: 0,
      hasSent: () => true,
      push() {},
      pushFirst(_message, onSent) {
        slowMs += bargeInTakesMs;
        onSent(1);
      },
    },
    clock,
    ticker: createTicker(clock),
    audio: { format: 'PCMU', byteOrder: 'le' },
    timings: new CallTimings(new BotMetrics(), clock, 0),
    warn() {},
  });
  return { virtual, player };
}

test.each([
  [0, 0],
  [40, 0],
  [0, 25],
  [40, 25],
])(
  'counts the heard audio from the moment the audio was sent (%i ms later) to the moment barge_in was sent (%i ms later)',
  async (audioTakesMs, bargeInTakesMs) => {
    const { virtual, player } = slowPlayer({ audioTakesMs, bargeInTakesMs });
    player.play(new Uint8Array(8 * 5000), {});
    await virtual.advance(500);
    // The client began to play, and told so, when the first frame had left: there is no way between.
    const [stopped] = player.stopAll();
    expect(stopped?.heardMs).toBe(500 + bargeInTakesMs);
    player.end();
  },
);
