import { encodeMulaw, readWav } from '@hookline/audio';
import { parrot, phrase } from '@hookline/bots';
import { VirtualClock } from '@hookline/runtime';
import { createBot } from '@hookline/server';
import { ScriptedClient } from '@hookline/server/testing';
import { expect, it } from 'vitest';

const FRAME_BYTES = 1600;
const FRAME_MS = 200;

/** Calls the parrot and sends `audio` in real time, except for a stall after which the held frames are sent at once. */
async function stalledCall(audio: Uint8Array, stall: { readonly fromMs: number; readonly ms: number }) {
  const clock = new VirtualClock();
  const bot = createBot({ auth: 'none', clock }, parrot());
  const client = await ScriptedClient.dial(bot, { clock });
  client.open();
  await clock.advance(0);
  const held: Uint8Array[] = [];
  for (let ms = 0; client.last('disconnect') === undefined && ms < 60_000; ms += FRAME_MS) {
    await clock.advance(FRAME_MS);
    const said = audio.subarray((ms / FRAME_MS) * FRAME_BYTES, (ms / FRAME_MS + 1) * FRAME_BYTES);
    const frame = new Uint8Array(FRAME_BYTES).fill(0xff);
    frame.set(said);
    held.push(frame);
    const stalled = ms >= stall.fromMs && ms < stall.fromMs + stall.ms;
    if (!stalled) for (const bytes of held.splice(0)) client.sendAudio(bytes);
  }
  return client.last('disconnect')?.parameters.outputVariables;
}

const spoken = (name: 'hello' | 'table') => encodeMulaw(readWav(phrase(name).bytes).samples);

it.each([800, 1500, 4000])(
  'the parrot hears one utterance if the audio stalls for %i ms in the middle of it',
  async (ms) => {
    expect(await stalledCall(spoken('table'), { fromMs: 800, ms })).toMatchObject({ utterances: '1' });
  },
);

it('the parrot waits for audio that was sent during a stall', async () => {
  const pause = new Uint8Array(8 * 9000).fill(0xff);
  const audio = new Uint8Array([...pause, ...spoken('hello')]);
  expect(await stalledCall(audio, { fromMs: 8600, ms: 2600 })).toMatchObject({ utterances: '1' });
});

it('the parrot ends an utterance whose audio never resumes', async () => {
  const stall = { fromMs: 800, ms: 40_000 };
  expect(await stalledCall(spoken('hello'), stall)).toMatchObject({ utterances: '1' });
});
