import { encodeL16, encodeMulaw } from '@hookline/audio';
import type { MediaParameter } from '@hookline/protocol';
import { describe, expect, it } from 'vitest';
import type { BotOptions, Call, Utterance } from '../src/index.js';
import { dialBot, hangUp, idle, openCall } from './open-call.js';

const SILENCE = new Uint8Array(1600).fill(0xff);
/** 200 ms that the energy detector takes for speech. */
const SPEECH = encodeMulaw(
  Int16Array.from({ length: 1600 }, (_, at) => 9000 * Math.sin(at / 3) * Math.sin(at / 41)),
);

/** Lets the caller say frames of 200 ms: `-` is silence, anything else is speech. */
async function say(line: Awaited<ReturnType<typeof openCall>>, words: string) {
  for (const letter of words) {
    line.client.sendAudio(letter === '-' ? SILENCE : SPEECH);
    await line.clock.advance(200);
  }
}

async function listening() {
  let call: Call | undefined;
  const line = await openCall((it) => {
    call = it;
    return idle(it);
  });
  line.stopAudio();
  if (!call) throw new Error('the handler was not called');
  return { ...line, call };
}

describe('an utterance', () => {
  it('can be repeated in three lines, as the received bytes', async () => {
    const line = await openCall(async (call) => {
      for await (const { audio } of call.utterances()) await call.play(audio);
    });
    line.stopAudio();
    await say(line, '----sss-----------ss----------');
    const heard = Buffer.concat(line.client.frames.map(({ bytes }) => bytes));
    const speech = Buffer.from(SPEECH);
    expect(heard.indexOf(Buffer.concat([speech, speech, speech]))).toBeGreaterThan(0);
    expect(heard.lastIndexOf(Buffer.concat([speech, speech]))).toBeGreaterThan(3 * 1600 + 1600);
  });

  it('reports the position of its speech in the stream', async () => {
    const line = await listening();
    const said = line.call.utterance();
    await say(line, '-----ssss------');
    const { fromMs = 0, toMs = 0, audio } = (await said) ?? {};
    expect(Math.abs(fromMs - 1000)).toBeLessThanOrEqual(20);
    expect(Math.abs(toMs - 1800)).toBeLessThanOrEqual(20);
    expect((audio?.length ?? 0) / 8).toBeCloseTo(toMs - fromMs + 600, -1);
  });

  it('that was spoken before it was requested, or while the bot plays, is not lost', async () => {
    const line = await listening();
    await say(line, '-----ss------');
    const first = await line.clock.run(line.call.utterance({ timeoutMs: 0 }));
    expect(Math.abs((first?.fromMs ?? 0) - 1000)).toBeLessThanOrEqual(20);
    const playing = line.call.play(SPEECH);
    await say(line, 'ss------ss------');
    await line.clock.run(playing);
    const froms: number[] = [];
    const read = async () => {
      for await (const { fromMs } of line.call.utterances({ timeoutMs: 0 })) {
        froms.push(Math.round(fromMs / 100));
      }
    };
    await line.clock.run(read());
    expect(froms).toEqual([26, 42]);
  });

  it('is undefined if no speech starts in time, and the time is suspended while the client is paused', async () => {
    const line = await listening();
    const told: [Utterance | undefined, number][] = [];
    const wait = () =>
      void line.call.utterance({ timeoutMs: 1000 }).then((said) => told.push([said, line.clock.now()]));
    await line.clock.advance(10);
    const fromMs = line.clock.now();
    wait();
    await say(line, '------');
    expect(told.map(([said, atMs]) => [said, atMs - fromMs])).toEqual([
      [undefined, expect.closeTo(1000, -1)],
    ]);
    wait();
    line.client.send('paused', {});
    await line.clock.advance(5000);
    expect(told).toHaveLength(1);
    line.client.send('resumed', { start: 'PT0S', discarded: 'PT5S' });
    await say(line, '------');
    expect(told).toHaveLength(2);
  });

  it('is awaited for up to ten more seconds if audio is behind the clock', async () => {
    const line = await listening();
    const told: (Utterance | undefined)[] = [];
    void line.call.utterance({ timeoutMs: 1000 }).then((said) => told.push(said));
    await line.clock.advance(1300);
    expect(told).toEqual([]);
    await line.clock.advance(11_000);
    expect(told).toEqual([undefined]);
  });

  it('is awaited equally long if the caller was silent for a long time before the request', async () => {
    const line = await listening();
    void line.call.utterance({ timeoutMs: 0 });
    await say(line, '---------------');
    const told: (Utterance | undefined)[] = [];
    void line.call.utterance({ timeoutMs: 1000 }).then((said) => told.push(said));
    await line.clock.advance(1300);
    expect(told).toEqual([]);
    await line.clock.advance(11_000);
    expect(told).toEqual([undefined]);
  });

  it('ends if the audio of the caller stops in the middle of it', async () => {
    const line = await listening();
    const said = line.call.utterance({ timeoutMs: 2000 });
    await say(line, '-----sss');
    await line.clock.advance(10_100);
    expect((await said)?.toMs).toBeGreaterThan(1500);
  });

  it('goes on after a pause of the client, although a reader gets silence meanwhile', async () => {
    const line = await listening();
    let silentMs = 0;
    line.call.caller({ fillGaps: 'silence' }).onAudio(({ length }) => {
      silentMs += length / 8;
    });
    const said: (Utterance | undefined)[] = [];
    void line.call.utterance().then((utterance) => said.push(utterance));
    await say(line, '-----sss');
    line.client.send('paused', {});
    await line.clock.advance(3050);
    expect([silentMs, said]).toEqual([1600 + 3000, []]);
    line.client.send('resumed', { start: 'PT1.6S', discarded: 'PT0S' });
    await say(line, 'ss------');
    expect(said).toMatchObject([{ fromMs: expect.closeTo(1000, -2), toMs: expect.closeTo(2000, -2) }]);
  });

  it('that began in time is heard to its end, however long it is', async () => {
    const line = await listening();
    const said = line.call.utterance({ timeoutMs: 1000 });
    await say(line, `--${'sss-'.repeat(18)}------`);
    const { fromMs = 0, toMs = 0 } = (await line.clock.run(said)) ?? {};
    expect([fromMs, toMs]).toEqual([expect.closeTo(400, -2), expect.closeTo(14_600, -2)]);
  });

  it('rejects when the call ends, which ends the loop', async () => {
    const line = await listening();
    const said = line.call.utterance();
    await hangUp(line.clock, line.client);
    await expect(said).rejects.toMatchObject({ code: 'CALL_ENDED' });
    await expect(line.call.utterance()).rejects.toMatchObject({ code: 'CALL_ENDED' });
    for await (const _ of line.call.utterances()) throw new Error('no utterance was said');
    const other = await listening();
    const over = (async () => {
      for await (const _ of other.call.utterances());
      return 'over';
    })();
    await hangUp(other.clock, other.client);
    expect(await over).toBe('over');
  });

  it('is awaited only once at a time, with a valid timeout', async () => {
    const { call } = await listening();
    void call.utterance();
    await expect(call.utterance()).rejects.toMatchObject({ code: 'SERVER_BAD_OPTION' });
    await expect(call.utterance({ timeoutMs: Number.NaN })).rejects.toThrow('utterance: timeoutMs is NaN');
    expect(() => call.utterances({ timeoutMs: -1 })).toThrow('utterances: timeoutMs is -1');
    await expect(Reflect.apply(call.utterance, call, [{ timeout: 1 }])).rejects.toThrow(
      'did you mean `timeoutMs`?',
    );
  });

  it.each<[Partial<MediaParameter>, Partial<BotOptions>]>([
    [{ format: 'L16' }, {}],
    [{ format: 'L16' }, { l16ByteOrder: 'be' }],
    [{ format: 'L16', channels: ['external', 'internal'] }, {}],
  ])('is one channel in the call’s own format: %o %o', async (media, options) => {
    const { l16ByteOrder = 'le' } = options;
    let said: Utterance | undefined;
    const { clock, client } = await dialBot(async (call) => {
      said = await call.utterance();
      return idle(call);
    }, options);
    client.open({ media: [{ type: 'audio', format: 'PCMU', rate: 8000, channels: ['external'], ...media }] });
    await clock.advance(10);
    const pcm = Int16Array.from({ length: 1600 }, (_, at) => 9000 * Math.sin(at / 3) * Math.sin(at / 41));
    const both = (of: Int16Array) =>
      Int16Array.from({ length: 3200 }, (_, at) => (at % 2 ? 99 : (of[at / 2] ?? 0)));
    for (const letter of '-----sss------') {
      const one = letter === '-' ? new Int16Array(1600) : pcm;
      client.sendAudio(encodeL16(media.channels ? both(one) : one, l16ByteOrder));
      await clock.advance(200);
    }
    const bytes = Buffer.from(encodeL16(pcm, l16ByteOrder));
    expect(Buffer.from(said?.audio ?? []).includes(Buffer.concat([bytes, bytes, bytes]))).toBe(true);
  });
});
