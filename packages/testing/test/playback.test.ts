import { phrase } from '@hookline/bots';
import { sleep } from '@hookline/runtime';
import { wav } from '@hookline/server';
import { expect, test } from 'vitest';
import { linkedCall } from '../src/index.js';
import { finish } from './finish-call.js';
import { join, Recording } from './recording.js';
import { expectSameBytes } from './same-bytes.js';
import { spoken } from './signals.js';

const goodbye = phrase('goodbye');
const { data, durationMs } = spoken(goodbye);

test.each([0, 150])('a final prompt is heard to its last byte at %i ms of latency', async (latencyMs) => {
  const recording = new Recording();
  const linked = linkedCall(
    () => (call) => {
      call.playback(wav(goodbye.bytes));
      return { said: 'goodbye' };
    },
    { latencyMs, call: { sink: recording } },
  );
  expect(await finish(linked)).toMatchObject({ path: 'success', cutMs: 0, underruns: 0, warnings: [] });
  expectSameBytes(join(recording.heardPieces), data);
});

test('a source with a delay in the middle is heard to its end', async () => {
  const recording = new Recording();
  const linked = linkedCall(
    ({ clock }) =>
      async (call) => {
        async function* late() {
          yield data.subarray(0, 8000);
          await sleep(clock, 2500);
          yield data.subarray(8000);
        }
        const { ended, heardMs } = await call.play(late());
        return { ended, heardMs: String(heardMs) };
      },
    { latencyMs: 20, call: { sink: recording } },
  );
  const result = await finish(linked);
  expect(result).toMatchObject({ path: 'success', outputs: { ended: 'completed' }, cutMs: 0 });
  expectSameBytes(join(recording.heardPieces), data);
  expect(result.heardMs).toBeCloseTo(durationMs, 0);
});

test('a prompt of a minute stays within the limits of the platform', async () => {
  const minute = new Uint8Array(480_000).map((_, index) => 0x80 | (index % 64));
  const recording = new Recording();
  const linked = linkedCall(
    () => async (call) => {
      const { heardMs } = await call.play(minute);
      return { heardMs: String(Math.round(heardMs)) };
    },
    // Audio that is not detected as speech.
    { latencyMs: 30, call: { sink: recording, inspectAudio: false } },
  );
  const result = await finish(linked);
  expect(result).toMatchObject({ path: 'success', underruns: 0, cutMs: 0, warnings: [] });
  expectSameBytes(join(recording.heardPieces), minute);
});

test('immediate completion cuts the playback off, and reports how much was heard', async () => {
  const linked = linkedCall(({ clock }) => async (call) => {
    call.playback(wav(goodbye.bytes));
    await sleep(clock, 1000);
    await call.complete({}, { immediate: true });
  });
  const result = await finish(linked);
  expect(result.path).toBe('success');
  expect(result.heardMs).toBeCloseTo(1000, -2);
  expect(result.cutMs).toBeGreaterThan(0);
});
