import { expect, it } from 'vitest';
import { type AudioSource, type Call, type PlayOptions, pcm16, sequence } from '../src/index.js';
import { audio, openCall, untilEnd } from './open-call.js';

it('options are those of the moment of play, even if the bot changes its object for the next one', async () => {
  const heard: number[] = [];
  const { clock, client } = await openCall(async (call) => {
    const options: { format?: NonNullable<PlayOptions['format']> } = { format: 'PCMU' };
    const said = { ...options, synth: () => audio(500) };
    const playbacks = [
      call.play(audio(500), options),
      call.play(audio(500), options),
      call.say('hello', said),
    ];
    options.format = 'L16';
    said.format = 'L16';
    for (const { heardMs } of await Promise.all(playbacks)) heard.push(heardMs);
  });
  await untilEnd(clock, client);
  expect(heard).toEqual([500, 500, 500]);
});

const samples = () => new Int16Array(8 * 500).fill(1000);
const LISTS: Readonly<
  Record<string, [piece: () => unknown, play: (call: Call, list: never[]) => Promise<unknown>]>
> = {
  'of bytes': [() => audio(500), (call, list) => call.play(list)],
  'of samples': [samples, (call, list) => call.play(pcm16(list, { rate: 8000 }))],
  'of sources': [() => audio(500), (call, list) => call.play(sequence(list))],
};

it.each(Object.entries(LISTS))(
  'a list %s is that of the moment of play, even if the bot empties it for the next one',
  async (_, [piece, play]) => {
    const heard: unknown[] = [];
    const { clock, client } = await openCall(async (call) => {
      const list: unknown[] = [];
      const playbacks = ['first', 'second'].map(() => {
        list.push(piece());
        const playback = play(call, list as never[]);
        list.length = 0;
        return playback;
      });
      heard.push(...(await Promise.all(playbacks)));
    });
    await untilEnd(clock, client);
    expect(heard).toEqual([
      { ended: 'completed', heardMs: 500 },
      { ended: 'completed', heardMs: 500 },
    ]);
  },
);

it('a list that contains itself is refused, and does not block the process', async () => {
  const { clock, client } = await openCall(async (call) => {
    const list: AudioSource[] = [];
    list.push(sequence(list), ...Array.from({ length: 40 }, () => list as never));
    await call.play(list as never);
  });
  expect(await untilEnd(clock, client)).toMatchObject({ reason: 'error' });
});

it('a sequence of endless sources without audio fails', async () => {
  const errors: unknown[] = [];
  const { clock, client } = await openCall(
    async (call) => {
      const empty = (function* () {
        for (;;) yield new Uint8Array(0);
      })();
      await call.play(sequence(empty));
    },
    { onError: (error) => errors.push(error) },
  );
  expect(await untilEnd(clock, client)).toMatchObject({ reason: 'error' });
  expect(errors.join()).toMatch(/100000 times in a row/);
});
