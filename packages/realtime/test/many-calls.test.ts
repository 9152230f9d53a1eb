import { expect, test } from 'vitest';
import { bridged, finish, ready, serviceCalls } from './bridged.js';

/** Reproducible random numbers from 0 to below 1. */
function random(seed: number): () => number {
  let state = seed * 2_654_435_761 + 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const FRAME_MS = 20;
const CALLS = 500;

/** A call with random events, determined by its seed. */
async function oneCall(seed: number): Promise<void> {
  const next = random(seed);
  const pick = (most: number) => Math.floor(next() * most);
  const latencyMs = pick(4) * 50;
  const it = bridged({ greeting: 'caller' }, { latencyMs, service: { connectMs: pick(300) } });
  await ready(it);
  let bargeIns = 0;
  for (let turn = 0; turn < 1 + pick(3); turn++) {
    const { link } = it.service;
    const byte = 0x10 + turn;
    const id = `r${turn}`;
    const parts = next() < 0.5 ? [`${id}-1`] : [`${id}-1`, `${id}-2`];
    const lengthMs = 400 + pick(8000);
    const done = next() < 0.7;
    link.reply(id, lengthMs, { parts, byte, done, text: 'One table for two at seven.' });
    if (next() < 0.1) {
      await it.clock.advance(pick(2000));
      link.drop(1011);
      await it.clock.advanceUntil(() => it.service.links.at(-1) !== link);
      // The received part of the reply continues to play.
      await it.clock.advance(lengthMs + 1500);
      continue;
    }
    // From the first moment on, before the client has reported its playback.
    await it.clock.advance(pick(lengthMs - 200));
    const before = serviceCalls(it, 'truncate').length;
    const plays = it.session.state === 'speaking';
    link.host.speech('start');
    if (plays) bargeIns += 1;
    const truncated = serviceCalls(it, 'truncate').slice(before);
    link.host.audio(id, `${id}-1`, new Uint8Array(pick(4000) + 1).fill(byte));
    await it.clock.advance(1000);
    const heardMs = it.recorder.heardMs(byte);
    if (plays) {
      const perPartMs = lengthMs / parts.length;
      const reportedMs = parts.reduce((sum, part) => {
        const cut = truncated.find((call) => call.part === part);
        expect(cut?.ms ?? 0, `truncation of ${part}`).toBeLessThanOrEqual(perPartMs);
        return sum + (cut?.ms ?? perPartMs);
      }, 0);
      expect(Math.abs(reportedMs - heardMs), 'truncated where it was heard').toBeLessThanOrEqual(
        FRAME_MS + parts.length,
      );
    }
    link.host.audio(id, `${id}-9`, new Uint8Array(8000).fill(byte));
    link.host.replyDone(id, 'cancelled');
    link.host.speech('end');
    await it.clock.advance(pick(1500));
    expect(it.recorder.heardMs(byte), 'heard afterwards').toBe(heardMs);
  }
  expect(it.recorder.entities('barge_in')).toBe(bargeIns);
  await it.clock.advance(pick(3000));
  it.call.hangup();
  await finish(it);
}

test(`${CALLS} calls in any weather truncate where the caller heard, send one barge_in each time, and leave nothing behind`, {
  timeout: 240_000,
}, async () => {
  for (let seed = 1; seed <= CALLS; seed++) {
    await oneCall(seed).catch((error: unknown) => {
      throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    });
  }
});
