import {
  CLIENT_TIMERS,
  MAX_BOT_BUFFER_MS,
  MAX_BOT_FRAME_BYTES,
  type MediaParameter,
  PCMU_EXTERNAL,
} from '@hookline/protocol';
import { type Transport, VirtualClock } from '@hookline/runtime';
import { expect } from 'vitest';
import { everyBoundHolds } from '#bounds';
import { snapshot } from '../src/action/snapshot.js';
import {
  type CallerSource,
  callAudioConnector,
  defineIntegration,
  liveCaller,
  recordEvents,
} from '../src/index.js';
import { SourceReader } from '../src/media/source-reader.js';
import { BotAudioTap, HEARD_FRAME_MS } from '../src/playback/bot-audio.js';
import { Playback } from '../src/playback/playback.js';
import { CallRecord } from '../src/session/call-record.js';
import { UnknownFieldMonitor } from '../src/session/monitors.js';
import { ReadThrottle } from '../src/transport/read-throttle.js';
import { onRequest, rawServer } from './raw-server.js';
import { audio, failure, openCall, scriptedCall, success } from './scripted-call.js';

/** A pausable reader, and whether it reads. */
function source() {
  const state = { paused: false };
  const pausable = {
    pause() {
      state.paused = true;
    },
    resume() {
      state.paused = false;
    },
  };
  return { state, pausable };
}

/** The failure of a call to a server that refuses the upgrade with this answer. */
async function refusedWith(answer: string) {
  const url = await rawServer((socket) => onRequest(socket, () => socket.write(answer)));
  const dialled = defineIntegration({ baseConnectionUri: url, apiKey: 'key', clientSecret: null });
  return failure(await callAudioConnector({ integration: dialled }).result);
}

/** A call to a bot that selects `media`, and leaves a byte more than the limit unread: it must lose the call. */
async function leaveUnread(limit: number, media: MediaParameter[]): Promise<void> {
  let unreadBytes = limit;
  const { server, clock, call } = scriptedCall({
    dial: async (request) => {
      // The server exists only after the first request.
      await Promise.resolve();
      const dialled = await server.dial(request);
      const { transport } = dialled;
      const fakeTransport: Transport = {
        get bufferedAmount() {
          return unreadBytes;
        },
        listen: (listener) => transport.listen(listener),
        sendText: (text) => transport.sendText(text),
        sendBinary: (bytes) => transport.sendBinary(bytes),
        close: (code, reason) => transport.close(code, reason),
        terminate: () => transport.terminate(),
      };
      return { ...dialled, transport: fakeTransport };
    },
  });
  server.auto.opened = () => ({ startPaused: false, media });
  await clock.advance(2000);
  expect(call.state).toBe('open');
  unreadBytes += 1;
  server.send('event', { entities: [] });
  await clock.advance(2000);
  expect(failure(await clock.run(call.result)).cause).toBe('connection-lost');
}

everyBoundHolds({
  package: 'client',
  values: {
    BODY_WAIT_MS: 250,
    CLOSE_WAIT_MS: 500,
    FRAMES_AHEAD: 3,
    MAX_BODY_CHARS: 4096,
    MAX_BYTES: 8_388_608,
    MAX_DEPTH: 10,
    MAX_DISCARD_TO_MS: 8_640_000_000,
    MAX_EVENTS: 20_000,
    MAX_FRAGMENTS: 65_536,
    MAX_FRAMES: 16_000,
    MAX_HEAD_BYTES: 16_384,
    MAX_HELD_MS: 10_000,
    MAX_INFO_CHARS: 1000,
    MAX_NAMES: 10,
    MAX_NOTED: 50,
    MAX_PIECES: 4000,
    MAX_PLAYBACKS: 1000,
    MAX_READ_SPEED: 50,
    MAX_REPEATS: 3,
    MAX_RETRY_AFTER_MS: 8_640_000_000,
    MAX_TURNS: 1000,
    MAX_TURN_CHARS: 1_048_576,
    MAX_UNSENT_BYTES: 4_194_304,
    MAX_WAITING: 100,
    MAX_WARNINGS: 100,
    PROMPT_MS: 800,
    WINDOW_MS: 1000,
    maxBufferedMs: 2000,
  },
  rows: [
    {
      bound: 'maxBufferedMs',
      holds: 'audio that is pushed and not sent pushes the oldest out, and says so',
      async drive(limit) {
        const caller = liveCaller();
        const kept = Array.from({ length: limit / 100 + 3 }, (_, index) => caller.push(audio(100, index)));
        expect(kept.filter((one) => !one)).toHaveLength(3);
        caller.end();
        const read: number[] = [];
        for await (const chunk of caller) read.push(chunk[0] ?? 0);
        expect(read).toHaveLength(limit / 100);
        expect(read[0]).toBe(3);
      },
    },
    {
      bound: 'FRAMES_AHEAD',
      holds: 'a source that never ends is read no further ahead',
      async drive(limit) {
        let read = 0;
        const endless: CallerSource = (function* () {
          for (;;) {
            read += 1;
            yield audio(100);
          }
        })();
        const { clock } = await openCall({ caller: endless });
        await clock.advance(10_000);
        // Frames of 200 ms of which 50 were sent.
        expect(read / 2 - 50).toBeGreaterThanOrEqual(limit);
        expect(read / 2 - 50).toBeLessThanOrEqual(limit + 1);
      },
    },
    {
      bound: 'MAX_PIECES',
      holds: 'a source that gives nothing for ever is asked for no more until the next frame',
      async drive(limit) {
        let asked = 0;
        const reader = new SourceReader(
          { exhausted() {}, failed() {} },
          { aheadBytes: 4800, bytesPerFrame: 80_000 },
        );
        reader.add(
          (function* () {
            for (; asked < 10 * limit; asked++) yield new Uint8Array(0);
          })(),
          () => {},
        );
        for (let turn = 0; turn < 40 * limit; turn++) await Promise.resolve();
        expect(asked).toBeGreaterThan(limit / 2);
        expect(asked).toBeLessThanOrEqual(limit + 1);
        reader.stop();
      },
    },
    {
      bound: 'MAX_READ_SPEED',
      holds:
        'a source of which a bot skips a hundred days is read no faster, so that it does not block the process',
      async drive(limit) {
        let readMs = 0;
        const endless: CallerSource = (function* () {
          for (;;) {
            readMs += 1000;
            yield audio(1000);
          }
        })();
        const { clock, server } = scriptedCall({ caller: endless });
        server.auto.opened = ({ parameters }) => ({
          startPaused: false,
          media: parameters.media as [],
          discardTo: 'PT8640000S',
        });
        await clock.settle();
        expect(readMs).toBeLessThanOrEqual(limit * 200 + 1000);
        await clock.advance(10_000);
        expect(readMs).toBeGreaterThanOrEqual(limit * 10_000);
        expect(readMs).toBeLessThanOrEqual(limit * 10_200 + 1000);
        expect(server.audio).toHaveLength(50);
      },
    },
    {
      bound: 'MAX_HELD_MS',
      holds: 'what the caller says to a bot that is late to open is held no longer, and the oldest is lost',
      async drive(limit) {
        const { server, clock } = scriptedCall({
          caller: audio(4 * limit),
          timers: { openedMs: 3 * limit, maxDurationMs: 10 * limit },
          lateOpened: 'burst',
        });
        server.auto.opened = undefined;
        await clock.advance(2 * limit);
        server.send('opened', { startPaused: false, media: [PCMU_EXTERNAL] });
        await clock.advance(10);
        const heldMs = server.audio.reduce((sum, { what }) => sum + what.length / 8, 0);
        expect(heldMs).toBeLessThanOrEqual(limit + 200);
        expect(heldMs).toBeGreaterThanOrEqual(limit - 200);
      },
    },
    {
      bound: 'MAX_WAITING',
      holds: 'frames of bot audio that nobody takes push the oldest out',
      async drive(limit) {
        const tap = new BotAudioTap(0);
        for (let frame = 0; frame < limit + 7; frame++) {
          tap.heard(frame * HEARD_FRAME_MS, audio(HEARD_FRAME_MS, frame));
        }
        tap.advance((limit + 7) * HEARD_FRAME_MS);
        tap.end();
        const read: number[] = [];
        for (let frame = await tap.next(); frame; frame = await tap.next()) read.push(frame.bytes[0] ?? 0);
        expect(read).toHaveLength(limit);
        expect(read[0]).toBe(7);
      },
    },
    {
      bound: 'MAX_EVENTS',
      holds: 'a log keeps no more events, but for the end of the call',
      async drive(limit) {
        const { clock, server, call } = await openCall({ limits: 'off' });
        const log = recordEvents(call, clock);
        const entities = Array.from({ length: 1000 }, () => ({
          type: 'bot_turn_response',
          data: { disposition: 'match' },
        }));
        for (let sent = 0; sent <= limit; sent += 1000) server.send('event', { entities });
        await clock.settle();
        expect(log.events).toHaveLength(limit);
        call.hangup();
        await clock.run(call.result);
        expect(log.events).toHaveLength(limit + 1);
        expect(log.events.at(-1)?.name).toBe('ended');
      },
    },
    {
      bound: 'MAX_WARNINGS',
      holds: 'one warning more is not kept',
      drive(limit) {
        const record = new CallRecord();
        const words = 'x'.repeat(limit + 1);
        for (let t = 0; t < limit; t++) expect(record.warn({ t, text: words.slice(t) })).toMatchObject({ t });
        expect(record.warn({ t: limit, text: '' })).toBeUndefined();
        expect(record.warnings).toHaveLength(limit);
      },
    },
    {
      bound: 'MAX_TURNS',
      holds: 'one turn more is counted and not kept',
      drive(limit) {
        const record = new CallRecord();
        for (let t = 0; t <= limit; t++) record.turn({ t, disposition: 'match', text: 'x' });
        expect([record.turns.length, record.turnsLeftOut]).toEqual([limit, 1]);
      },
    },
    {
      bound: 'MAX_PLAYBACKS',
      holds: 'one playback more is not kept, and ends none that is',
      drive(limit) {
        const record = new CallRecord();
        const end = { atMs: 1, heardMs: 1, droppedMs: 0, ended: 'completed' } as const;
        for (let t = 0; t <= limit; t++) {
          record.playbackStarted(t, true);
          record.playbackCompleted({ ...end, heardMs: t });
        }
        expect(record.playbacks).toHaveLength(limit);
        expect(record.playbacks.at(-1)).toMatchObject({ heardMs: limit - 1 });
      },
    },
    {
      bound: 'MAX_TURN_CHARS',
      holds: 'turns with more text in all are counted and not kept',
      drive(limit) {
        const record = new CallRecord();
        const text = 'x'.repeat(limit / 64);
        for (let t = 0; t < 200; t++) record.turn({ t, disposition: 'match', text });
        expect([record.turns.length, record.turnsLeftOut]).toEqual([64, 136]);
      },
    },
    {
      bound: 'MAX_NOTED',
      holds: 'a field that the protocol does not know is noted no more',
      drive(limit) {
        const watch = new UnknownFieldMonitor();
        let notes = 0;
        for (let field = 0; field < 3 * limit; field++) {
          const message = {
            version: '2',
            id: '',
            type: 'pong',
            seq: 1,
            clientseq: 1,
            parameters: {},
          } as const;
          if (watch.note({ ...message, [`field${field}`]: 1 })) notes += 1;
        }
        expect(notes).toBe(limit);
      },
    },
    {
      bound: 'MAX_NAMES',
      holds: 'more outputs are counted in a remark, and not named',
      async drive(limit) {
        const { server, call, clock } = await openCall({ outputs: 'all' });
        const outputs = Object.fromEntries(
          Array.from({ length: limit + 5 }, (_, index) => [`o${index}`, index]),
        );
        server.send('disconnect', { reason: 'completed', outputVariables: outputs as never });
        const { warnings } = success(await clock.run(call.result));
        const remark = warnings.find(({ clause }) => clause === 'AC-OUT-2')?.message ?? '';
        expect(remark.match(/"o\d+"/g)).toHaveLength(limit);
        expect(remark).toContain('5 more');
      },
    },
    {
      bound: 'MAX_UNSENT_BYTES',
      holds: 'a bot that leaves one byte more unread loses the call, by audio and by a message',
      async drive(limit) {
        for (const media of [[PCMU_EXTERNAL], []]) await leaveUnread(limit, media);
      },
    },
    {
      bound: 'MAX_FRAMES',
      holds: 'a bot that sends one frame more in a second is not read for a while',
      async drive(limit) {
        const clock = new VirtualClock();
        const { state, pausable } = source();
        const pace = new ReadThrottle(clock, pausable);
        await clock.advance(1000);
        for (let frame = 0; frame < limit; frame++) pace.took(1);
        expect(state.paused).toBe(false);
        pace.took(1);
        expect(state.paused).toBe(true);
        await clock.advance(1100);
        expect(state.paused).toBe(false);
      },
    },
    {
      bound: 'MAX_BYTES',
      holds: 'a bot that sends more in a second is not read for as long as it takes',
      async drive(limit) {
        const clock = new VirtualClock();
        const { state, pausable } = source();
        const pace = new ReadThrottle(clock, pausable);
        await clock.advance(1000);
        pace.took(limit);
        expect(state.paused).toBe(false);
        pace.took(2 * limit);
        await clock.advance(2900);
        expect(state.paused).toBe(true);
        await clock.advance(200);
        expect(state.paused).toBe(false);
      },
    },
    {
      bound: 'WINDOW_MS',
      holds: 'a bot that keeps the pace is always read',
      async drive(limit) {
        const clock = new VirtualClock();
        const { state, pausable } = source();
        const pace = new ReadThrottle(clock, pausable);
        for (let second = 0; second < 5; second++) {
          await clock.advance(limit);
          for (let frame = 0; frame < 1000; frame++) pace.tookText(100);
          expect(state.paused).toBe(false);
        }
      },
    },
    {
      bound: 'PROMPT_MS',
      holds: 'the result comes within a second, whether `closed` comes or not',
      async drive(limit) {
        const { server, call, clock } = await openCall();
        server.auto.closed = false;
        await clock.advance(3000);
        const beganMs = clock.now();
        server.text('nonsense');
        await clock.run(call.result);
        expect(clock.now() - beganMs).toBeLessThanOrEqual(limit + 10);
        await clock.run(call.closed);
        expect(clock.now() - beganMs).toBeLessThanOrEqual(CLIENT_TIMERS.closedMs + limit + 10);
      },
    },
    {
      bound: 'MAX_BODY_CHARS',
      holds: 'no more of the body of a refusal is read, so its JSON is not complete',
      async drive(limit) {
        for (const [length, said] of [
          [limit, /it says: aaa/],
          [limit + 1, /it says "{/],
        ] as const) {
          const body = JSON.stringify({ reason: 'a'.repeat(length - '{"reason":""}'.length) });
          expect(body).toHaveLength(length);
          const { failureOutputs } = await refusedWith(
            `HTTP/1.1 403 Forbidden\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
          );
          expect(failureOutputs.errorMessage).toMatch(said);
        }
      },
    },
    {
      bound: 'MAX_DEPTH',
      holds: 'options that are nested more deeply are refused',
      drive(limit) {
        const nested = (depth: number): object => (depth === 0 ? {} : { a: nested(depth - 1) });
        const made = (depth: number) => () => snapshot({ inputs: nested(depth) });
        expect(made(limit - 1)).not.toThrow();
        expect(made(limit)).toThrow(/^inputs\.a.*nested too deeply/);
      },
    },
    {
      bound: 'MAX_INFO_CHARS',
      holds: 'no more of the info of a disconnect is told',
      async drive(limit) {
        const { server, clock, call } = await openCall();
        server.send('disconnect', { reason: 'error', info: 'a'.repeat(limit + 1) });
        const { failureOutputs } = failure(await clock.run(call.result));
        expect(failureOutputs.errorMessage).toContain(`"${'a'.repeat(limit)}"…`);
      },
    },
  ],
  elsewhere: {
    BODY_WAIT_MS: 'packages/client/test/dial-causes.test.ts',
    CLOSE_WAIT_MS: 'packages/client/test/dial-causes.test.ts',
    MAX_HEAD_BYTES: 'packages/client/test/dial-causes.test.ts',
    MAX_FRAGMENTS: 'packages/client/test/broken-servers.test.ts',
    MAX_REPEATS: 'packages/client/test/violations.test.ts',
    MAX_RETRY_AFTER_MS: 'packages/client/src/session/rate-guard.test.ts',
    MAX_DISCARD_TO_MS: 'packages/client/test/broken-messages.test.ts',
  },
  unnamed: [
    {
      holds: 'bot audio of 10 minutes waits to be heard, and a byte more does not',
      drive() {
        const playback = new Playback({ started() {}, heard() {}, completed() {} }, MAX_BOT_BUFFER_MS);
        const minute = audio(60_000);
        for (let pushed = 0; pushed < MAX_BOT_BUFFER_MS / 60_000; pushed++) {
          expect(playback.push(minute, 0)).toBe(true);
        }
        expect(playback.push(new Uint8Array(1), 0)).toBe(false);
      },
    },
    {
      holds: 'a bot that fills the buffer of 10 minutes fails the call',
      async drive() {
        const { server, call, clock } = await openCall({ limits: 'off' });
        const frames = Math.ceil((MAX_BOT_BUFFER_MS * 8) / MAX_BOT_FRAME_BYTES);
        const frame = new Uint8Array(MAX_BOT_FRAME_BYTES);
        for (let sent = 0; sent <= frames; sent++) server.binary(frame);
        expect(failure(await clock.run(call.result)).cause).toBe('buffer-overflow');
      },
    },
    {
      holds: 'a frame of one byte more than a bot may send breaks the protocol; the longest does not',
      async drive() {
        const { server, call, clock } = await openCall();
        server.binary(new Uint8Array(MAX_BOT_FRAME_BYTES));
        await clock.advance(10);
        expect(call.state).toBe('open');
        server.binary(new Uint8Array(MAX_BOT_FRAME_BYTES + 1));
        expect(failure(await clock.run(call.result)).cause).toBe('protocol-violation');
      },
    },
  ],
});
