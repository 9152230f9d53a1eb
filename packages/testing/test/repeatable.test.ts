import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWav } from '@hookline/audio';
import { phrase } from '@hookline/bots';
import type { CallHandler } from '@hookline/server';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'hookline-repeatable-'));
const RATES = [8000, 22_050, 44_100];

const file = (rate: number) => join(folder, `welcome-${rate}.wav`);

function tone(rate: number, seconds: number): Int16Array {
  return Int16Array.from({ length: rate * seconds }, (_, index) => 8000 * Math.sin((index * 2765) / rate));
}

beforeAll(() => {
  for (const rate of RATES) {
    const data = tone(rate, 2);
    writeFileSync(file(rate), writeWav({ codec: 'pcm16', rate, channels: 1, data }));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Server = typeof import('@hookline/server');
type Bots = Readonly<Record<string, (server: Server) => CallHandler>>;

const BOTS: Bots = {
  ...Object.fromEntries(
    RATES.map((rate) => [
      `a WAV file of ${rate} Hz`,
      ({ wav }: Server): CallHandler =>
        async (call) => {
          await call.play(wav(file(rate)));
        },
    ]),
  ),
  'a WAV file that is streamed from the disk':
    ({ wav }) =>
    async (call) => {
      await call.play(wav(createReadStream(file(44_100), { highWaterMark: 1000 })));
    },
  'PCM16 of another rate':
    ({ pcm16 }) =>
    async (call) => {
      await call.play(pcm16(tone(24_000, 2), { rate: 24_000 }));
    },
  'caller audio of another rate': () => async (call) => {
    let samples = 0;
    for await (const piece of call.pcm16({ rate: 16_000 })) {
      samples += piece.length;
      if (samples > 16_000) return;
    }
  },
  'a file that a caller barges in on':
    ({ wav }) =>
    async (call) => {
      call.onSpeech({}, { bargeIn: true });
      await call.play(wav(file(44_100)), { bargeIn: true });
    },
  'a detector that is loaded for it':
    ({ wav }) =>
    async (call) => {
      const { createVad } = await import('@hookline/vad');
      call.onSpeech({}, { bargeIn: true, vad: () => createVad() });
      await call.play(wav(file(8000)));
    },
};

/** A call without any loaded modules. */
async function coldCall(handlerOf: (server: Server) => CallHandler): Promise<unknown[]> {
  vi.resetModules();
  const [{ linkedCall }, server, { wavCaller }] = await Promise.all([
    import('@hookline/testing'),
    import('@hookline/server'),
    import('@hookline/client'),
  ]);
  return measured(() =>
    linkedCall(() => handlerOf(server), { call: { caller: wavCaller(phrase('hello').bytes) } }),
  );
}

async function measured(
  dial: () => ReturnType<typeof import('@hookline/testing').linkedCall>,
): Promise<unknown[]> {
  const { call, clock } = dial();
  const result = await clock.run(call.result);
  return [result.path, result.durationMs, result.timings.firstAudioMs, result.heardMs];
}

describe('linkedCall', () => {
  it.each(Object.entries(BOTS))('is reproducible with %s, loaded or not', async (_, bot) => {
    const runs = [await coldCall(bot), await coldCall(bot)];
    const { linkedCall } = await import('@hookline/testing');
    const server = await import('@hookline/server');
    const { wavCaller } = await import('@hookline/client');
    for (let run = 0; run < 10; run++) {
      const dial = () =>
        linkedCall(() => bot(server), { call: { caller: wavCaller(phrase('hello').bytes) } });
      runs.push(await measured(dial));
    }
    expect(runs[0]?.[0]).toBe('success');
    expect(runs).toEqual(runs.map(() => runs[0]));
  });
});
