import type { WireSink } from '@hookline/protocol';
import { VirtualClock } from '@hookline/runtime';
import { linkedCall } from '@hookline/testing';
import { expect, test } from 'vitest';

/** A clock on which the process can lose time inside a call of its own code. */
class BusyClock extends VirtualClock {
  #lostMs = 0;

  override now(): number {
    return super.now() + this.#lostMs;
  }

  lose(ms: number): void {
    this.#lostMs += ms;
  }
}

/** A call with a bot that plays 5 s and interrupts itself after 1 s; the sink takes 60 ms for each message of a kind. */
async function heardWith(slow: (message: { readonly kind: string; readonly text?: string }) => boolean) {
  const clock = new BusyClock();
  let heardMs = 0;
  let receivedMs: number | undefined;
  let startedMs = Number.NaN;
  let bargedInMs = Number.NaN;
  const sink: WireSink = {
    event(event) {
      if (event.kind === 'message' && event.type === 'playback_started') startedMs = event.t;
      if (event.kind === 'message' && event.text.includes('"barge_in"')) bargedInMs = event.t;
      if (slow(event)) clock.lose(60);
    },
    audio(dir, t) {
      if (dir === 'out') return;
      receivedMs ??= t;
      if (slow({ kind: 'audio' })) clock.lose(60);
    },
    heard(_t, bytes) {
      heardMs += bytes.length / 8;
    },
  };
  const { call } = linkedCall(
    () => async (call) => {
      const playback = call.playback(new Uint8Array(40_000).fill(0x2a));
      await new Promise<void>((resolve) => clock.after(1000, resolve));
      playback.stop();
    },
    { clock, call: { sink } },
  );
  await clock.run(call.result);
  await clock.run(call.closed);
  return { heardMs, lastedMs: bargedInMs - startedMs, delayMs: startedMs - (receivedMs ?? 0) };
}

test.each<readonly [string, Parameters<typeof heardWith>[0]]>([
  ['nothing', () => false],
  ['the barge_in', ({ text }) => text?.includes('"barge_in"') ?? false],
  ['the audio of the bot', ({ kind }) => kind === 'audio'],
])(
  'a playback lasts from its first audio to its barge_in, however long the sink takes for %s',
  async (_, slow) => {
    const { heardMs, lastedMs, delayMs } = await heardWith(slow);
    expect(delayMs).toBe(0);
    expect(lastedMs).toBeGreaterThan(900);
    expect(heardMs).toBe(lastedMs);
  },
);
