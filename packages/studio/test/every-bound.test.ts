import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { phrase } from '@hookline/bots';
import { VirtualClock } from '@hookline/runtime';
import { zipTrace } from '@hookline/trace/node';
import { expect } from 'vitest';
import { everyBoundHolds } from '#bounds';
import { CallerMixer } from '../src/call/caller-mixer.js';
import { lanesOfRecording } from '../src/history/recorded-lanes.js';
import { TraceStore } from '../src/history/trace-store.js';
import { readMicFrame } from '../src/page/mic-frame.js';
import { readPageMessage } from '../src/page/page-messages.js';
import { StudioContext } from '../src/studio-context.js';
import { micFrame, Page, socketTo, startTestStudio, tempFolder } from './page.js';
import { TRACE_HEADER } from './trace-header.js';
import { VirtualPage } from './virtual-page.js';

let folders = 0;
const newDir = () => {
  folders += 1;
  return tempFolder(`bound-${folders}`);
};
const json = (value: object) => Buffer.from(JSON.stringify(value));

/** Writes a minimal trace. */
function writeTrace(dir: string): string {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'trace.ndjson'), `${JSON.stringify(TRACE_HEADER)}\n`);
  writeFileSync(join(dir, 'result.json'), JSON.stringify({ path: 'disconnected', reason: 'callerHangup' }));
  return dir;
}

/** The status of an upload whose Content-Length is given, and whose body is never sent. */
async function uploadStatus(path: string, bytes: number): Promise<number> {
  const studio = await startTestStudio();
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: studio.port,
        path,
        method: 'POST',
        headers: {
          authorization: `Bearer ${studio.token}`,
          origin: `http://127.0.0.1:${studio.port}`,
          'content-length': bytes,
        },
      },
      (response) => {
        response.resume();
        sent.destroy();
        resolve(response.statusCode ?? 0);
      },
    );
    sent.on('error', reject);
    sent.flushHeaders();
  });
}

/** A mixer of a call that is sending frames. */
function activeMixer() {
  const clock = new VirtualClock();
  const mixer = new CallerMixer(clock, 200);
  mixer.resume();
  return { clock, mixer };
}

everyBoundHolds({
  package: 'studio',
  rows: [
    {
      bound: 'MAX_PAGES',
      holds: 'one more page is refused with 503, until another is closed',
      async drive(limit) {
        const studio = await startTestStudio();
        const pages = [];
        for (let count = 0; count < limit; count++) pages.push(await Page.open(studio));
        const refused = await new Promise<number>((resolve) =>
          socketTo(studio).on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0)),
        );
        expect(refused).toBe(503);
        pages[0]?.ws.terminate();
        await new Promise((resolve) => setImmediate(resolve));
        await expect
          .poll(() =>
            Page.open(studio).then(
              () => true,
              () => false,
            ),
          )
          .toBe(true);
      },
    },
    {
      bound: 'MAX_PAGE_TEXT_BYTES',
      holds: 'a longer message is refused, one of that length is read',
      async drive(limit) {
        const message = { type: 'open-path', path: '' };
        const path = 'x'.repeat(limit - json(message).length);
        expect(readPageMessage(json({ ...message, path }))).toMatchObject({ type: 'open-path' });
        expect(readPageMessage(json({ ...message, path: `${path}x` }))).toMatchObject({ code: 'too-large' });
      },
    },
    {
      bound: 'MAX_MIC_FRAME_MS',
      holds: 'longer microphone audio is refused',
      async drive(limit) {
        expect(readMicFrame(micFrame(0, new Int16Array(limit * 8)))).toMatchObject({ position: 0 });
        expect(readMicFrame(micFrame(0, new Int16Array(limit * 8 + 1)))).toContain(`${limit} ms`);
      },
    },
    {
      bound: 'MAX_KEYS',
      holds: 'more keys in one message are refused',
      async drive(limit) {
        expect(readPageMessage(json({ type: 'keys', digits: '1'.repeat(limit) }))).toMatchObject({
          type: 'keys',
        });
        expect(readPageMessage(json({ type: 'keys', digits: '1'.repeat(limit + 1) }))).toMatchObject({
          field: 'digits',
        });
      },
    },
    {
      bound: 'MAX_UNREAD_BYTES',
      holds: 'a page that does not read gets no refusals, and at eight times as much its socket is closed',
      async drive(limit) {
        const page = new VirtualPage();
        await page.clock.settle();
        page.bufferedAmount = limit + 1;
        page.send({ type: 'hang-up' });
        await page.clock.settle();
        expect([page.of('refused'), page.terminated]).toEqual([[], undefined]);
        page.bufferedAmount = 8 * limit + 1;
        page.send({ type: 'hang-up' });
        await page.clock.settle();
        expect(page.terminated).toContain('does not read');
      },
    },
    {
      bound: 'MAX_UNREAD_AUDIO_BYTES',
      holds: 'bot audio is dropped for a page that does not read',
      async drive(limit) {
        const page = new VirtualPage('echo');
        await page.dial({ caller: { kind: 'tone' } });
        await page.clock.advance(500);
        const before = page.botAudio.length;
        expect(before).toBeGreaterThan(10);
        page.bufferedAmount = limit + 1;
        await page.clock.advance(500);
        expect(page.botAudio.length).toBe(before);
        page.bufferedAmount = 0;
        await page.clock.advance(200);
        const [after] = page.botAudio.slice(before);
        expect((after?.position ?? 0) / 8).toBeGreaterThan(900);
      },
    },
    {
      bound: 'MAX_TRACE_BYTES',
      holds: 'a larger trace is refused with 413 before it is read',
      async drive(limit) {
        expect(await uploadStatus('/api/traces', limit + 1)).toBe(413);
      },
    },
    {
      bound: 'MAX_AUDIO_BYTES',
      holds: 'a larger WAV file is refused with 413 before it is read',
      async drive(limit) {
        expect(await uploadStatus('/api/audio', limit + 1)).toBe(413);
      },
    },
    {
      bound: 'MAX_AUDIO_FILES',
      holds: 'one more file evicts the oldest',
      async drive(limit) {
        const context = new StudioContext({
          clock: new VirtualClock(),
          launch: {},
          dir: newDir(),
          version: '0',
        });
        const { bytes } = phrase('hello');
        for (let count = 0; count <= limit; count++) await context.uploads.add('a.wav', bytes);
        expect(() => context.uploads.get('audio-1')).toThrow('Choose the file again');
        expect(context.uploads.get('audio-2').length).toBeGreaterThan(0);
      },
    },
    {
      bound: 'MAX_OPENED_TRACES',
      holds: 'one more trace closes the oldest, and deletes it if it was uploaded',
      async drive(limit) {
        const store = new TraceStore(newDir(), new VirtualClock());
        const dir = newDir();
        const zip = readFileSync(await zipTrace(writeTrace(join(dir, 'trace')), join(dir, 'trace.zip')));
        const first = await store.upload(zip);
        const { path } = await store.open(first);
        for (let count = 0; count < limit; count++) await store.add(join(dir, 'trace'));
        await expect(store.open(first)).rejects.toMatchObject({ status: 404 });
        expect([existsSync(path), existsSync(join(dir, 'trace'))]).toEqual([false, true]);
        await store.close();
      },
    },
    {
      bound: 'MAX_HISTORY',
      holds: 'one more call deletes the oldest, and no other folder',
      async drive(limit) {
        const dir = newDir();
        const names = Array.from(
          { length: limit + 1 },
          (_, index) => `2026-01-01-${String(100_000 + index)}-abcd`,
        );
        for (const name of [...names, 'mine']) writeTrace(join(dir, name));
        const calls = await new TraceStore(dir, new VirtualClock()).list();
        expect([calls.length, calls[0]?.id, calls.at(-1)?.id]).toEqual([limit, names.at(-1), names[1]]);
        expect([existsSync(join(dir, names[0] ?? '')), existsSync(join(dir, 'mine'))]).toEqual([false, true]);
      },
    },
    {
      bound: 'MAX_READ_CALLS',
      holds: 'one more call evicts the oldest from memory, which is then read again',
      async drive(limit) {
        const dir = newDir();
        const store = new TraceStore(dir, new VirtualClock());
        const names = Array.from(
          { length: limit + 1 },
          (_, index) => `2026-01-01-${String(100_000 + index)}-abcd`,
        );
        for (const name of names) writeTrace(join(dir, name));
        const [first] = names;
        const before = await store.open(first ?? '');
        expect(await store.open(first ?? '')).toBe(before);
        for (const name of names.slice(1)) await store.open(name);
        expect(await store.open(first ?? '')).not.toBe(before);
      },
    },
    {
      bound: 'MAX_ROWS_ANSWER',
      holds: 'a response has no more rows, whatever count is requested',
      async drive(limit) {
        const dir = writeTrace(join(newDir(), 'long'));
        const row = '{"kind":"violation","t":1,"clause":"AC-MSG-3","text":"x","fatal":false}\n';
        writeFileSync(
          join(dir, 'trace.ndjson'),
          readFileSync(join(dir, 'trace.ndjson'), 'utf8') + row.repeat(limit + 10),
        );
        const store = new TraceStore(newDir(), new VirtualClock());
        const trace = await store.open(await store.add(dir));
        const page = trace.rows(0, 10 * limit);
        expect([page.rows.length, page.total]).toEqual([limit, limit + 10]);
      },
    },
    {
      bound: 'MAX_LANE_PEAKS',
      holds: 'a longer recording has longer buckets instead of more',
      async drive(limit) {
        const wav = Buffer.alloc(44 + limit * 160 * 4 + 640);
        wav.write('RIFF', 0);
        wav.writeUInt32LE(wav.length - 8, 4);
        wav.write('WAVEfmt ', 8);
        wav.writeUInt32LE(16, 16);
        wav.writeUInt16LE(1, 20);
        wav.writeUInt16LE(2, 22);
        wav.writeUInt32LE(8000, 24);
        wav.writeUInt32LE(32_000, 28);
        wav.writeUInt16LE(4, 32);
        wav.writeUInt16LE(16, 34);
        wav.write('data', 36);
        wav.writeUInt32LE(wav.length - 44, 40);
        const lanes = lanesOfRecording(wav, 0);
        expect(lanes?.bucketMs).toBe(40);
        expect(lanes?.caller.length).toBeLessThanOrEqual(limit);
      },
    },
    {
      bound: 'CLOSE_WAIT_MS',
      holds: 'a call that does not end delays closing no longer',
      async drive(limit) {
        const clock = new VirtualClock();
        const context = new StudioContext({ clock, launch: {}, dir: newDir(), version: '0' });
        void context.track(new Promise(() => {}));
        let closed = false;
        void context.close().then(() => {
          closed = true;
        });
        await clock.advance(limit - 1);
        expect(closed).toBe(false);
        await clock.advance(1);
        await expect.poll(() => closed).toBe(true);
      },
    },
    {
      bound: 'MAX_MIC_LATE_MS',
      holds: 'late microphone audio is dropped and counted',
      async drive(limit) {
        const { clock, mixer } = activeMixer();
        mixer.pushMicrophone(0, new Int16Array(160));
        await clock.advance(20 + limit);
        mixer.pushMicrophone(160, new Int16Array(160).fill(9000));
        expect(mixer.droppedMs).toBe(0);
        await clock.advance(30);
        mixer.pushMicrophone(320, new Int16Array(160).fill(9000));
        expect(mixer.droppedMs).toBe(20);
      },
    },
    {
      bound: 'MAX_MIC_AHEAD_MS',
      holds: 'a microphone whose clock runs fast is limited to it',
      async drive(limit) {
        const { mixer } = activeMixer();
        let kept = 0;
        for (let at = 0; at < 100 && mixer.droppedMs === 0; at++) {
          mixer.pushMicrophone(at * 160, new Int16Array(160).fill(9000));
          if (mixer.droppedMs === 0) kept += 20;
        }
        // With the margin before it.
        expect(kept + 40).toBeGreaterThan(limit);
        expect(kept + 40).toBeLessThanOrEqual(limit + 20);
      },
    },
    {
      bound: 'FRAMES_AHEAD',
      holds: 'a source is read no more than these frames ahead',
      async drive(limit) {
        const { mixer } = activeMixer();
        let asked = 0;
        mixer.setSource((bytes) => {
          asked += bytes;
          return new Uint8Array(bytes);
        });
        expect(asked).toBe(limit * 1600 - 320);
        mixer.frameSent(1600);
        expect(asked).toBe((limit + 1) * 1600 - 320);
      },
    },
    {
      bound: 'MAX_WAITING_MS',
      holds: 'audio that the client does not read evicts the oldest',
      async drive(limit) {
        const { mixer } = activeMixer();
        mixer.setSource((bytes) => new Uint8Array(bytes));
        for (let ms = 0; ms < 2 * limit; ms += 200) mixer.frameSent(1600);
        let waiting = 0;
        const reader = mixer[Symbol.asyncIterator]();
        const none = Symbol('none');
        for (;;) {
          const next = await Promise.race([
            reader.next(),
            new Promise((resolve) => setImmediate(() => resolve(none))),
          ]);
          if (next === none || typeof next !== 'object' || next === null || !('value' in next)) break;
          if (next.value instanceof Uint8Array) waiting += next.value.length;
        }
        expect(waiting / 8).toBeLessThanOrEqual(limit);
        expect(waiting / 8).toBeGreaterThan(limit - 400);
      },
    },
  ],
  elsewhere: {
    MAX_PAGE_FRAME_BYTES: 'packages/studio/test/invalid-messages.test.ts',
    MAX_PORT: 'packages/studio/test/options.test.ts',
  },
});
