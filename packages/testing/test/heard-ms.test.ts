import type { VirtualClock } from '@hookline/runtime';
import type { Call, PlaybackStream } from '@hookline/server';
import { describe, expect, test } from 'vitest';
import { linkedCall } from '../src/index.js';
import { Recording } from './recording.js';

/** The maximum difference between `heardMs` and the recording. */
const TOLERANCE_MS = 20;
const MARK = 0x11;
const OTHER = 0x22;

const audio = (ms: number, byte = MARK) => new Uint8Array(ms * 8).fill(byte);

/** Writes `ms` of audio every `everyMs`, 4 s in all. */
const written = (everyMs: number, ms: number) => (stream: PlaybackStream, clock: VirtualClock) => {
  const next = (leftMs: number) => {
    if (leftMs > 0 && stream.write(audio(ms))) clock.after(everyMs, () => next(leftMs - ms));
  };
  next(4000);
};

const PATTERNS = {
  'in one piece': (stream: PlaybackStream) => void stream.write(audio(4000)),
  'in bursts that just last': written(400, 400),
  'in bursts with gaps between them': written(900, 600),
  'in small deltas, faster than it is heard': written(5, 20),
  'in small deltas, as fast as it is heard': written(20, 20),
  'in small deltas, slower than it is heard': written(70, 50),
};

interface Line {
  readonly rttMs: number;
  readonly frameMs: number;
}

/** Compares the reported `heardMs` of an interrupted reply with the recording of the caller's side. */
async function interrupted(
  { rttMs, frameMs }: Line,
  bot: (call: Call, clock: VirtualClock, stop: () => void) => void,
) {
  const recording = new Recording();
  let reportedMs: number | undefined;
  const { clock, call } = linkedCall(
    ({ clock }) =>
      async (call) => {
        bot(call, clock, () => {
          reportedMs = call.stop()[0]?.heardMs ?? 0;
        });
        await call.ended;
      },
    { latencyMs: rttMs / 2, call: { sink: recording, media: { frameMs }, inspectAudio: false } },
  );
  await clock.advanceUntil(() => reportedMs !== undefined, 20_000);
  await clock.advance(rttMs / 2 + 700);
  call.hangup();
  await clock.run(call.result);
  const heard = recording.heardPieces.flatMap(({ bytes }) => [...bytes.filter((byte) => byte === MARK)]);
  return { reportedMs: reportedMs ?? 0, recordedMs: heard.length / 8 };
}

/** The moments at which the reported value differs from the recording. */
async function differences(
  line: Line,
  moments: readonly number[],
  bot: (call: Call, clock: VirtualClock, stop: () => void, atMs: number) => void,
) {
  const found: string[] = [];
  for (const atMs of moments) {
    const { reportedMs, recordedMs } = await interrupted(line, (call, clock, stop) =>
      bot(call, clock, stop, atMs),
    );
    if (Math.abs(reportedMs - recordedMs) > TOLERANCE_MS)
      found.push(`${atMs}: told ${reportedMs}, recorded ${recordedMs}`);
  }
  return found;
}

describe('heardMs of an interruption equals the recording of the caller', () => {
  const cases = [20, 100, 200].flatMap((frameMs) =>
    Object.entries(PATTERNS).map(([pattern, write]) => ({ frameMs, pattern, write })),
  );

  describe.each([0, 120, 300])('at a round trip of %i ms', (rttMs) => {
    test.each(cases.map((about, index) => ({ ...about, index })))(
      'with caller frames of $frameMs ms, for a stream written $pattern, from the first audio of the call on',
      async ({ frameMs, write, index }) => {
        // The cases of a round trip take together each moment from 0 to 3 s, 60 ms apart, and all of them each, 20 ms
        // apart.
        const offset = [0, 120, 300].indexOf(rttMs);
        const moments = [0, 1, 2].map((nth) => ((nth * cases.length + index) * 3 + offset) * 20);
        const bot = (call: Call, clock: VirtualClock, stop: () => void, atMs: number) => {
          write(call.stream({ format: 'PCMU' }), clock);
          clock.after(atMs, stop);
        };
        expect(await differences({ rttMs, frameMs }, moments, bot)).toEqual([]);
      },
    );

    const line = { rttMs, frameMs: 200 };
    const early = [0, 60, 140, 280, 420, 700, 1100];

    test('for the reply after an interruption', async () => {
      const found = await differences(line, early, (call, clock, stop, atMs) => {
        call.playback(audio(5000, OTHER));
        clock.after(700, () => {
          call.stop();
          PATTERNS['in small deltas, slower than it is heard'](call.stream({ format: 'PCMU' }), clock);
          clock.after(atMs, stop);
        });
      });
      expect(found).toEqual([]);
    });

    test('for a playback that starts after raw frames', async () => {
      const found = await differences(line, early, (call, clock, stop, atMs) => {
        call.sendFrame(audio(700, OTHER));
        call.playback(audio(5000));
        clock.after(atMs, stop);
      });
      expect(found).toEqual([]);
    });

    test('while the client is on hold and after it', async () => {
      const found: string[] = [];
      // From the time at which the bot knows of the hold, and again of its end.
      for (const atMs of [100 + rttMs, 900, 1100 + rttMs, 1900]) {
        const recording = new Recording();
        let reportedMs: number | undefined;
        const { clock, call } = linkedCall(
          ({ clock }) =>
            async (bot) => {
              bot.playback(audio(5000));
              clock.after(50, () => call.hold());
              clock.after(1050, () => call.unhold());
              clock.after(atMs, () => {
                reportedMs = bot.stop()[0]?.heardMs;
              });
              await bot.ended;
            },
          { latencyMs: rttMs / 2, call: { sink: recording, inspectAudio: false } },
        );
        await clock.advanceUntil(() => reportedMs !== undefined, 20_000);
        await clock.advance(3000);
        call.hangup();
        await clock.run(call.result);
        const recordedMs = recording.heardPieces.reduce((sum, { bytes }) => sum + bytes.length, 0) / 8;
        if (Math.abs((reportedMs ?? 0) - recordedMs) > TOLERANCE_MS) {
          found.push(`${atMs}: told ${reportedMs}, recorded ${recordedMs}`);
        }
      }
      expect(found).toEqual([]);
    });
  });

  test('also if the rate limits delay the barge_in', async () => {
    const found = await differences(
      { rttMs: 120, frameMs: 20 },
      [200, 500, 700, 2200],
      (call, clock, stop, atMs) => {
        call.playback(audio(5000));
        clock.after(atMs, () => {
          for (let nth = 0; nth < 30; nth++) call.turn({ disposition: 'match', text: 'a turn' });
          stop();
        });
      },
    );
    expect(found).toEqual([]);
  });
});
