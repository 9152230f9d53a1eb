import { MULAW_SILENCE } from '@hookline/audio';
import { describe, expect, it } from 'vitest';
import { type CallAudioConnectorOptions, sayInTurn } from '../src/index.js';
import { audio, openCall } from './scripted-call.js';

const silence = (ms: number) => audio(ms, MULAW_SILENCE);
const join = (...pieces: Uint8Array[]) => new Uint8Array(Buffer.concat(pieces));

/** What happens at a time since the session opened: audio of the bot, speech or a key of the caller, a barge-in. */
type Step =
  | readonly [atMs: number, 'plays', Uint8Array]
  | readonly [atMs: number, 'speaks', ms: number]
  | readonly [atMs: number, 'presses', key: string]
  | readonly [atMs: number, 'bargesIn'];

type Opened = Awaited<ReturnType<typeof openCall>>;

/** Runs the steps, and then 5 s more. */
async function run({ clock, server, call }: Opened, steps: readonly Step[]): Promise<void> {
  const openedMs = clock.now();
  for (const [atMs, what, value] of steps) {
    await clock.advance(openedMs + atMs - clock.now());
    if (what === 'plays') server.binary(value);
    else if (what === 'speaks') void call.say(audio(value));
    else if (what === 'presses') void call.sendDtmf(value);
    else server.send('event', { entities: [{ type: 'barge_in', data: {} }] });
  }
  await clock.advance(5000);
}

/** Audio of a bot whose frames of 200 ms leave gaps of 30 ms. */
const choppy = (fromMs: number, frames: number): Step[] =>
  Array.from({ length: frames }, (_, index) => [fromMs + 230 * index, 'plays', audio(200)] as const);

/** In order of time. */
const inOrder = (...steps: Step[]): Step[] => steps.toSorted(([one], [other]) => one - other);

describe('a reply', () => {
  /** Late frames of the caller. */
  const jitter = { limits: 'off', faults: { seed: 7, jitterMs: 120 } } as const;
  const long = { media: { frameMs: 1000 } } as const;
  const pauses = join(...Array.from({ length: 10 }, () => join(audio(400), silence(613))));
  const rows: [string, readonly (readonly [atMs: number, replyMs: number])[], Step[], object?][] = [
    [
      'to a key is sound right after it, in a stream of silence',
      [[3060, 60]],
      [
        [0, 'plays', join(audio(500), silence(2560), audio(500))],
        [3000, 'presses', '1'],
      ],
    ],
    [
      'to a key is the next playback, however short the gap before it',
      [[550, 50]],
      [
        [0, 'plays', audio(500)],
        [500, 'presses', '1'],
        [550, 'plays', audio(500)],
      ],
    ],
    [
      'to speech is sound after a pause, although it begins before the frame is over in which the speech ended',
      [[1600, 600]],
      [
        [0, 'plays', join(audio(400), silence(1200), audio(300), silence(700), audio(300))],
        [0, 'speaks', 1000],
      ],
      long,
    ],
    [
      'to speech within a short gap of the bot is the playback after it',
      [[800, 100]],
      [
        [0, 'plays', audio(400)],
        [400, 'speaks', 300],
        [800, 'plays', audio(400)],
      ],
    ],
    [
      'is not audio that runs empty and goes on while the caller speaks and afterwards',
      [[4000, 2000]],
      inOrder([0, 'speaks', 2000], ...choppy(10, 12), [4000, 'plays', audio(500)]),
    ],
    [
      'is not the next sentence of a bot that has not yet noticed that the caller speaks',
      [[4000, 2000]],
      [
        [0, 'plays', audio(1500)],
        [1000, 'speaks', 1000],
        [1800, 'plays', audio(1500)],
        [2200, 'bargesIn'],
        [4000, 'plays', audio(500)],
      ],
    ],
    [
      'is not sound after a pause while the caller speaks, although frames of the caller are late',
      [],
      [
        [0, 'plays', pauses],
        [400, 'speaks', 12_000],
      ],
      jitter,
    ],
    [
      'is what the bot says while the caller speaks, if it was silent for 2 s',
      [[2500, 100]],
      [
        [0, 'plays', audio(400)],
        [400, 'speaks', 4000],
        [2500, 'plays', audio(400)],
      ],
    ],
    [
      'is what the bot says after a barge-in, while the caller still speaks',
      [[900, 100]],
      [
        [0, 'plays', audio(5000)],
        [200, 'speaks', 2000],
        [850, 'bargesIn'],
        [900, 'plays', audio(400)],
      ],
    ],
  ];

  it.each(rows)('%s', async (_, expected, steps, options: Partial<CallAudioConnectorOptions> = {}) => {
    const opened = await openCall(options);
    const replies: (readonly [number, number])[] = [];
    const openedMs = opened.call.elapsedMs;
    opened.call.on('reply', ({ t, replyMs }) => replies.push([t - openedMs, replyMs]));
    await run(opened, steps);
    expect(replies).toEqual(expected);
    opened.call.hangup();
    const { timings } = await opened.clock.run(opened.call.result);
    expect(timings.playbacks.flatMap(({ replyMs }) => replyMs ?? [])).toEqual(
      expected.map(([, replyMs]) => replyMs),
    );
    await opened.clock.run(opened.call.closed);
  });

  it('that waits for the caller’s frame is reported if the call ends before it', async () => {
    const { clock, server, call } = await openCall({ media: { frameMs: 1000 } });
    server.binary(join(audio(400), silence(1600), audio(1000)));
    void call.say(audio(1000));
    await clock.advance(2200);
    call.hangup();
    expect((await clock.run(call.result)).timings.replyMs).toEqual([1000]);
    await clock.run(call.closed);
  });
});

describe('a caller who speaks in turn says the next line', () => {
  /** The first line is spoken for 400 ms; when, and when the next line is due, is in the rows. */
  const rows: [string, firstMs: number, nextMs: number | undefined, Step[]][] = [
    [
      'after the answer, not after silence at the end of the greeting',
      2500,
      7700,
      [
        [0, 'plays', join(audio(500), silence(3000))],
        [6000, 'plays', audio(1000)],
      ],
    ],
    [
      'not after the end of a greeting that is silence at last',
      2500,
      undefined,
      [[0, 'plays', join(audio(500), silence(3000))]],
    ],
    [
      'after the answer, not after what a barge-in drops',
      2500,
      8700,
      [
        [0, 'plays', join(audio(500), silence(2200), audio(5000))],
        [2900, 'bargesIn'],
        [7000, 'plays', audio(1000)],
      ],
    ],
    [
      'after the answer, not after silence that a barge-in drops',
      2500,
      8700,
      [
        [0, 'plays', join(audio(500), silence(6000))],
        [2900, 'bargesIn'],
        [7000, 'plays', audio(1000)],
      ],
    ],
    [
      'after the answer, not after a sentence that begins while the caller speaks',
      1200,
      6700,
      [
        [0, 'plays', audio(500)],
        [1300, 'plays', audio(1000)],
        [5000, 'plays', audio(1000)],
      ],
    ],
    [
      'after an answer that begins while the caller speaks, if the bot was silent for 2 s',
      2500,
      4400,
      [
        [0, 'plays', join(audio(500), silence(2200))],
        [2700, 'plays', audio(1000)],
      ],
    ],
    ['after a playback of silence that follows the line', 700, 3200, [[2000, 'plays', silence(500)]]],
  ];

  it.each(rows)('%s', async (_, firstMs, nextMs, steps) => {
    const opened = await openCall();
    const { clock, call } = opened;
    const openedMs = clock.now();
    const spokenMs: number[] = [];
    const line = () => ({
      *[Symbol.iterator]() {
        spokenMs.push(clock.now() - openedMs);
        yield audio(400, 0x30);
      },
    });
    const said = sayInTurn(call, clock, [line(), line()]);
    await run(opened, steps);
    const due = nextMs === undefined ? [firstMs] : [firstMs, nextMs];
    expect(spokenMs).toHaveLength(due.length);
    for (const [index, ms] of due.entries()) {
      expect(spokenMs[index]).toBeGreaterThanOrEqual(ms);
      expect(spokenMs[index]).toBeLessThanOrEqual(ms + 120);
    }
    call.hangup();
    await clock.run(said);
    await clock.run(call.closed);
  });

  it('and does not take a hold within silence of the bot for its answer', async () => {
    const { clock, server, call } = await openCall();
    const lines = [audio(400, 0x30), audio(400, 0x31)];
    const said = sayInTurn(call, clock, lines);
    server.binary(audio(500));
    for (let sent = 0; sent < 20_000; sent += 5000) server.binary(silence(5000));
    await clock.advance(4000);
    call.hold();
    await clock.advance(3000);
    call.unhold();
    await clock.advance(5000);
    expect(server.audio.some(({ what }) => what.includes(0x30))).toBe(true);
    expect(server.audio.some(({ what }) => what.includes(0x31))).toBe(false);
    call.hangup();
    await clock.run(said);
    await clock.run(call.closed);
  });

  it('not in a pause between sentences in which the stream of the bot runs empty for a moment', async () => {
    const { clock, server, call } = await openCall();
    const said = sayInTurn(call, clock, [audio(400, 0x30)]);
    server.binary(join(audio(500), silence(1000)));
    await clock.advance(1550);
    server.binary(join(silence(300), audio(1000)));
    await clock.advance(1300);
    expect(server.audio.some(({ what }) => what.includes(0x30))).toBe(false);
    await clock.advance(2000);
    expect(server.audio.some(({ what }) => what.includes(0x30))).toBe(true);
    call.hangup();
    await clock.run(said);
    await clock.run(call.closed);
  });
});
