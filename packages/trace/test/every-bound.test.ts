import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeServerMessage, MEDIA_RATE, PCMU_EXTERNAL } from '@hookline/protocol';
import { expect, onTestFinished } from 'vitest';
import { everyBoundHolds } from '#bounds';
import { Alignment } from '../src/diff/align.js';
import { linesOf } from '../src/format/lines.js';
import { createLadder, parseFilter } from '../src/index.js';
import { printable } from '../src/ladder/escape.js';
import { AppendFile } from '../src/node/append-file.js';
import { StereoFile } from '../src/node/stereo-file.js';
import { unzip } from '../src/node/zip-reader.js';
import { zip } from '../src/node/zip-writer.js';
import { StereoLanes } from '../src/recording/stereo-lanes.js';
import { CallTimeline } from '../src/recording/timeline.js';

const PER_MS = MEDIA_RATE / 1000;

/** The path of a temporary file, deleted at the end of the test. */
async function freshPath(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'hookline-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return join(dir, 'a');
}

/** The `opened` of a call, from the vantage of the client. */
const opened = {
  kind: 'message',
  t: 0,
  dir: 'in',
  type: 'opened',
  text: encodeServerMessage(
    'opened',
    { id: 'f0329671-0000-4000-8000-000000000000', seq: 1, clientseq: 1 },
    { startPaused: false, media: [PCMU_EXTERNAL] },
  ),
} as const;

everyBoundHolds({
  package: 'trace',
  values: {
    AHEAD_MS: 1000,
    MAX_COMMENT_BYTES: 65_535,
    MAX_DISTINCT: 100,
    MAX_FILTER_CHARS: 2000,
    MAX_FILTER_DEPTH: 50,
    MAX_LINES: 2_000_000,
    MAX_LOOKAHEAD: 400,
    MAX_PRINTED_CHARS: 1000,
    MAX_RECORDING_MS: 14_400_000,
    MAX_SOUGHT: 2000,
    MAX_SOUGHT_CHARS: 512,
    MAX_UNPACKED_BYTES: 536_870_912,
    MAX_UNPACKED_TEXT_BYTES: 33_554_432,
    MAX_WAITING_BYTES: 33_554_432,
    MAX_WAIT_MS: 5000,
    MAX_ZIP_ENTRIES: 1000,
    SLACK_SAMPLES: 32_000,
  },
  rows: [
    {
      bound: 'MAX_WAITING_BYTES',
      holds: 'a file that the disk does not take is given up',
      async drive(limit) {
        const path = await freshPath();
        let ready = () => {};
        const waits = new Promise<void>((resolve) => {
          ready = resolve;
        });
        const full = new AppendFile(path, { ready: waits });
        const over = new AppendFile(`${path}b`, { ready: waits });
        const piece = new Uint8Array(limit / 32);
        for (let given = 0; given < 32; given++) {
          full.append(piece);
          over.append(piece);
        }
        over.append(new Uint8Array(1));
        ready();
        await expect(over.close()).rejects.toThrow(/too slow/);
        await expect(full.close()).resolves.toBeUndefined();
      },
    },
    {
      bound: 'MAX_RECORDING_MS',
      holds: 'what a trace puts beyond it is left out, and takes no memory',
      drive(limit) {
        const samples = new Int16Array(PER_MS);
        const lanes = new StereoLanes();
        for (const lane of ['caller', 'bot'] as const) {
          lanes.put({ lane, at: limit * PER_MS, samples });
          lanes.put({ lane, at: Number.MAX_SAFE_INTEGER, samples });
        }
        expect(lanes.end).toBe(0);
        const late = new StereoLanes();
        late.put({ lane: 'bot', at: limit * PER_MS - samples.length, samples: new Int16Array(0) });
        expect(late.end).toBe(limit * PER_MS - samples.length);
      },
    },
    {
      bound: 'SLACK_SAMPLES',
      holds: 'a side that falls silent does not keep the other from the disk',
      async drive(limit) {
        const path = await freshPath();
        const file = new AppendFile(path);
        const stereo = new StereoFile(file, { media: PCMU_EXTERNAL });
        stereo.event(opened);
        const seconds = 60;
        for (let second = 1; second <= seconds; second++)
          stereo.audio('out', second * 1000, new Uint8Array(8000));
        const waiting = seconds * MEDIA_RATE - file.size / 4;
        expect(waiting).toBeLessThanOrEqual(limit + MEDIA_RATE);
        expect(waiting).toBeGreaterThan(limit / 2);
        await stereo.close();
      },
    },
    {
      bound: 'AHEAD_MS',
      holds: 'a reported gap is accepted up to this much before the elapsed time',
      drive(limit) {
        const timeline = new CallTimeline({ media: PCMU_EXTERNAL });
        timeline.event(opened);
        timeline.caller(20, new Uint8Array(160));
        const envelope = { version: '2', id: 'f0329671-0000-4000-8000-000000000000', seq: 2, serverseq: 1 };
        timeline.event({
          kind: 'message',
          t: 5000,
          dir: 'out',
          type: 'resumed',
          text: JSON.stringify({
            ...{ ...envelope, type: 'resumed', position: 'PT0S' },
            parameters: { start: 'PT0.02S', discarded: 'PT90000S' },
          }),
        });
        expect(timeline.caller(5020, new Uint8Array(160)).at).toBe((5000 + limit) * PER_MS);
      },
    },
    {
      bound: 'MAX_PRINTED_CHARS',
      holds: 'no more of a text is shown',
      drive(limit) {
        expect(printable('x'.repeat(65_535), true)).toHaveLength(limit);
      },
    },
    {
      bound: 'MAX_FILTER_CHARS',
      holds: 'a longer filter is refused',
      drive(limit) {
        expect(() => parseFilter('x'.repeat(limit))).not.toThrow();
        expect(() => parseFilter('x'.repeat(limit + 1))).toThrow(/expected at most/);
      },
    },
    {
      bound: 'MAX_FILTER_DEPTH',
      holds: 'a filter that is nested deeper is refused',
      drive(limit) {
        const nested = (levels: number) => () => parseFilter(`${'('.repeat(levels)}x${')'.repeat(levels)}`);
        expect(nested(limit)).not.toThrow();
        expect(nested(limit + 1)).toThrow(/levels deep/);
      },
    },
    {
      bound: 'MAX_DISTINCT',
      holds: 'broken rules are told each time, and not remembered',
      drive(limit) {
        const ladder = createLadder({ vantage: 'client' });
        const broken = (k: number) =>
          ladder.push({ kind: 'violation', t: 0, clause: 'AC-MSG-1', text: 'x'.repeat(k), fatal: false });
        const isReported = (k: number) => broken(k).length > 0;
        for (let k = 1; k <= limit; k++) expect(isReported(k)).toBe(true);
        expect([isReported(limit), isReported(limit + 1), isReported(limit + 1)]).toEqual([
          false,
          true,
          true,
        ]);
      },
    },
    {
      bound: 'MAX_UNPACKED_BYTES',
      holds: 'a packed trace that says it is larger is not unpacked',
      drive(limit) {
        const archive = Buffer.concat(zip([{ name: 'a', bytes: Buffer.from('a') }]));
        const says = (bytes: number) => {
          archive.writeUInt32LE(bytes, archive.readUInt32LE(archive.length - 6) + 24);
          return () => unzip('a.zip', archive, ['a']);
        };
        expect(says(1)).not.toThrow();
        expect(says(limit)).toThrow(/checksum/);
        expect(says(limit + 1)).toThrow(/unpacked; expected at most/);
      },
    },
    {
      bound: 'MAX_UNPACKED_TEXT_BYTES',
      holds: 'a packed trace whose parsed files say they are larger together is not unpacked',
      drive(limit) {
        const files = ['a', 'b', 'c'].map((name) => ({ name, bytes: Buffer.from('x') }));
        const says = (bytes: number) => {
          const archive = Buffer.concat(zip(files));
          archive.writeUInt32LE(bytes, archive.readUInt32LE(archive.length - 6) + 24);
          return () => unzip('a.zip', archive, ['a', 'b', 'c'], ['a', 'b']);
        };
        expect(says(1)).not.toThrow();
        expect(says(limit - 1)).toThrow(/checksum/);
        expect(says(limit)).toThrow(/a and b take .* unpacked; expected at most/);
      },
    },
    {
      bound: 'MAX_LINES',
      holds: 'a trace with more lines is not read as a whole',
      drive(limit) {
        const count = (lines: number) => {
          let found = 0;
          for (const _ of linesOf('\n'.repeat(lines))) found += 1;
          return found;
        };
        expect(count(limit)).toBe(limit + 1);
        expect(() => count(limit + 1)).toThrow(/more than 2000000 lines/);
      },
    },
    {
      bound: 'MAX_ZIP_ENTRIES',
      holds: 'an archive with more files is refused',
      drive(limit) {
        const archive = (count: number) =>
          Buffer.concat(
            zip(Array.from({ length: count }, (_, k) => ({ name: `${k}`, bytes: Buffer.alloc(0) }))),
          );
        expect(unzip('a.zip', archive(limit), ['0']).size).toBe(1);
        expect(() => unzip('a.zip', archive(limit + 1), ['0'])).toThrow(/more than 1000 files/);
      },
    },
    {
      bound: 'MAX_COMMENT_BYTES',
      holds: 'the directory is found before the longest comment',
      drive(limit) {
        const archive = (bytes: number) => {
          const whole = Buffer.concat([
            ...zip([{ name: 'a', bytes: Buffer.from('a') }]),
            Buffer.alloc(bytes),
          ]);
          whole.writeUInt16LE(bytes % 65_536, whole.length - bytes - 2);
          return () => unzip('a.zip', whole, ['a']);
        };
        expect(archive(limit)().size).toBe(1);
        expect(archive(limit + 1)).toThrow(/directory/);
      },
    },
    {
      bound: 'MAX_LOOKAHEAD',
      holds: 'what two calls have in common is found again so far ahead, and no farther',
      drive(limit) {
        const found = (more: number) => {
          const alignment = new Alignment<string>({ same: (thing) => thing, type: () => 'one type' });
          const list = [...Array.from({ length: more }, () => 'only in A'), 'both'];
          const pairs = [
            ...list.flatMap((thing) => alignment.push('a', thing)),
            ...alignment.push('b', 'both'),
          ];
          return [...pairs, ...alignment.end()].filter(({ a, b }) => a === b).length;
        };
        expect([found(limit), found(limit + 1)]).toEqual([1, 0]);
      },
    },
    {
      bound: 'MAX_WAIT_MS',
      holds: 'audio that goes on has its row in a live ladder',
      drive(limit) {
        const ladder = createLadder({ vantage: 'client' });
        ladder.push(opened);
        const run = { kind: 'audio', dir: 'out', frames: 5, bytes: 8000, offset: 0 } as const;
        const rows = Array.from({ length: limit / 1000 + 2 }, (_, second) =>
          ladder.push({ ...run, t: second * 1000, arrivalsMs: [], sizes: [] }),
        );
        expect(rows.flat()).toHaveLength(1);
      },
    },
  ],
  elsewhere: {
    MAX_SOUGHT: 'packages/trace/src/personal-data.test.ts',
    MAX_SOUGHT_CHARS: 'packages/trace/src/personal-data.test.ts',
  },
});
