import { encodeMulaw, sine } from '@hookline/audio';
import { describe, expect, it } from 'vitest';
import { type AudioSource, type PlaybackResult, pcm16, sequence, wav } from '../src/index.js';
import { audio, hangUp, idle, openCall, untilEnd } from './open-call.js';

const joined = (pieces: readonly { readonly bytes: Uint8Array }[]) =>
  Buffer.concat(pieces.map(({ bytes }) => bytes));

/** A WAV file of µ-law. */
function wavFile(mulaw: Uint8Array): Uint8Array {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + mulaw.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(7, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8000, 24);
  head.writeUInt32LE(8000, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write('data', 36);
  head.writeUInt32LE(mulaw.length, 40);
  return new Uint8Array(Buffer.concat([head, mulaw]));
}

describe('a sequence', () => {
  it('plays sources of any kind as one playback, without a gap', async () => {
    const samples = sine({ hz: 440, ms: 300 });
    const results: PlaybackResult[] = [];
    const { clock, client } = await openCall(async (call) => {
      const sources: AudioSource[] = [
        wav(wavFile(audio(500))),
        audio(250),
        pcm16(samples, { rate: 8000 }),
        sequence([]),
        sequence([audio(50)]),
      ];
      results.push(await call.play(sequence(sources)));
    });
    await untilEnd(clock, client);
    expect(results).toEqual([{ ended: 'completed', heardMs: 1100 }]);
    // `open`, a pair of playback messages, `close`.
    expect(client.seq).toBe(4);
    const expected = Buffer.concat([audio(750), encodeMulaw(samples), audio(50)]);
    expect(joined(client.frames).equals(expected)).toBe(true);
  });

  it('waits for sentences as they are generated, and requests none once it is stopped', async () => {
    const made: number[] = [];
    const over: PlaybackResult[] = [];
    let returned = false;
    const { clock, client } = await openCall((call) => {
      async function* sentences() {
        try {
          for (let number = 1; ; number++) {
            made.push(number);
            yield audio(800);
          }
        } finally {
          returned = true;
        }
      }
      void call.play(sequence(sentences())).then((result) => over.push(result));
      call.on('dtmf', () => call.bargeIn());
      return idle(call);
    });
    await clock.advance(1000);
    client.send('dtmf', { digit: '1' });
    await clock.advance(1000);
    expect(over).toEqual([{ ended: 'interrupted', heardMs: 1000 }]);
    expect(returned).toBe(true);
    // At most one second is queued ahead of the 600 ms that the client holds.
    expect(made.length).toBeLessThanOrEqual(4);
    await hangUp(clock, client);
  });

  it('requests no source after it was stopped within one', async () => {
    let requested = 0;
    let speak: (audio: Uint8Array) => void = () => {};
    const { clock, client } = await openCall((call) => {
      const waiting = new Promise<Uint8Array>((resolve) => {
        speak = resolve;
      });
      const sources = {
        [Symbol.iterator]: () => ({
          next() {
            requested += 1;
            return { done: false, value: waiting };
          },
        }),
      };
      void call.play(sequence(sources));
      call.on('dtmf', () => call.stop());
      return idle(call);
    });
    await clock.advance(100);
    client.send('dtmf', { digit: '1' });
    await clock.advance(100);
    speak(audio(20));
    await clock.advance(100);
    expect(requested).toBe(1);
    await hangUp(clock, client);
  });

  it('requests no source after it was stopped with as much audio queued as is read ahead', async () => {
    let requested = 0;
    const { clock, client } = await openCall((call) => {
      const sources = {
        [Symbol.iterator]: () => ({
          next() {
            requested += 1;
            return { done: false, value: audio(10_000) };
          },
        }),
      };
      void call.play(sequence(sources));
      call.on('dtmf', () => call.stop());
      return idle(call);
    });
    await clock.advance(100);
    expect(requested).toBe(1);
    client.send('dtmf', { digit: '1' });
    await clock.advance(100);
    expect(requested).toBe(1);
    await hangUp(clock, client);
  });

  it('fails with the error of a source, and sends the audio before it', async () => {
    let failure: unknown;
    const { clock, client } = await openCall(async (call) => {
      failure = await call.play(sequence([audio(200), wav('/no/such/file.wav')])).catch((error) => error);
    });
    await untilEnd(clock, client);
    expect(failure).toMatchObject({ code: 'SERVER_SOURCE_FAILED' });
    expect(client.botAudioMs).toBe(200);
  });

  it.each([[undefined], [7], [[undefined]]])('refuses %j', async (sources) => {
    let failure: unknown;
    const { clock, client } = await openCall(async (call) => {
      failure = await call.play(sequence(sources as never)).catch((error) => error);
    });
    await untilEnd(clock, client);
    expect(failure).toMatchObject({ code: 'SERVER_BAD_SOURCE' });
  });
});
