import { MAX_TEXT_CHARS, PCMU_EXTERNAL, SERVER_TIMERS } from '@hookline/protocol';
import { createTicker, type Logger, type Transport, VirtualClock } from '@hookline/runtime';
import { expect } from 'vitest';
import { everyBoundHolds } from '#bounds';
import { NonceMemory } from '../src/auth/nonce-memory.js';
import { botLimits, botTimers } from '../src/bot-limits.js';
import { botLog } from '../src/bot-log.js';
import { deadline } from '../src/deadline.js';
import { DigitCollector } from '../src/dtmf/digit-collector.js';
import { type Call, createBot, type NonceStore, type PlaybackResult } from '../src/index.js';
import { PlaybackRun } from '../src/playback/playback-run.js';
import { PlaybackTracker } from '../src/playback/tracker.js';
import { redisNonces } from '../src/redis/redis-nonces.js';
import { TextLimit } from '../src/session/client-limits.js';
import { SendLimits } from '../src/session/send-limits.js';
import { Session } from '../src/session/session.js';
import { UtteranceListener } from '../src/speech/utterance-listener.js';
import { dialHeaders, encodeOpen, ScriptedClient } from '../src/testing/index.js';
import { AnswerPace } from '../src/user-code/answer-pace.js';
import { audio, dialBot, hangUp, idle, openCall, requestWithNonce, SECRET } from './open-call.js';

/** A call of an `idle` bot, to look at. */
async function openIdle(options: Parameters<typeof openCall>[1] = {}) {
  let call: Call | undefined;
  const line = await openCall((it) => {
    call = it;
    return idle(it);
  }, options);
  line.stopAudio();
  if (!call) throw new Error('the handler was not called');
  return { ...line, call };
}

/** Dials as often as told; returns how many calls were taken. */
async function taken(options: Parameters<typeof openCall>[1], dials: number): Promise<number> {
  const clock = new VirtualClock();
  const bot = createBot({ auth: { 'test-key': null, other: null }, clock, ...options }, idle);
  const headers = dialHeaders({ clock });
  const dialled = Array.from({ length: dials }, () => bot.inject({ url: '/', headers }));
  const results = await clock.run(Promise.all(dialled));
  return results.filter(({ accepted }) => accepted).length;
}

/** A source that never ends, and how much of it was asked for. */
function endless(pieceMs: number) {
  const asked = { ms: 0 };
  const source = (function* () {
    for (;;) {
      asked.ms += pieceMs;
      yield audio(pieceMs);
    }
  })();
  return { source, asked };
}

everyBoundHolds({
  package: 'server',
  values: {
    ASSUMED_AFTER_MS: 2000,
    DEFAULT_DRAIN_MS: 30_000,
    'DEFAULT_LIMITS.maxAudioSpeed': 2,
    'DEFAULT_LIMITS.maxBufferedBytes': 1_048_576,
    'DEFAULT_LIMITS.maxPayloadBytes': 262_144,
    'DEFAULT_LIMITS.maxPendingUpgrades': 1000,
    'DEFAULT_LIMITS.maxSessions': 10_000,
    'DEFAULT_LIMITS.maxSessionsPerKey': 10_000,
    'DEFAULT_LIMITS.maxTapMs': 2000,
    'DEFAULT_LIMITS.maxTextPerSecond': 50,
    DEFAULT_REPLY_TIMEOUT_MS: 500,
    DEFAULT_TIMEOUT_MS: 10_000,
    'DEFAULT_TIMERS.authMs': 1000,
    'DEFAULT_TIMERS.idleMs': Number.POSITIVE_INFINITY,
    'DEFAULT_TIMERS.prepareMs': 5000,
    DELAY_WINDOW_MS: 2000,
    DISCONNECT_LEAD_MS: 2000,
    FLOOD_LINGER_MS: 500,
    LEAD_MS: 600,
    LINGER_MS: 1000,
    MAX_LOAD_MS: 3000,
    MAX_ROUND_TRIP_MS: 2000,
    MAX_WAIT_MS: 86_400_000,
    MAX_BUCKETS: 50,
    MAX_BUFFERED_CHUNKS: 16_384,
    MAX_CATCH_UP_MS: 1000,
    MAX_CAUSES: 5,
    MAX_EMPTY_PIECES: 100,
    MAX_FRAGMENTS: 64,
    MAX_GAP_MS: 5000,
    MAX_HEADER_BYTES: 16_384,
    MAX_HELD_UTTERANCES: 8,
    MAX_HOLD_MS: 60_000,
    MAX_LABELS: 4,
    MAX_LABEL_CHARS: 64,
    MAX_LATE_CHARS: 4096,
    MAX_LATE_READ_MS: 250,
    MAX_LEAD_MS: 1000,
    MAX_METRICS: 200,
    MAX_NAMED_OFFERS: 3,
    MAX_NAMED_PATHS: 20,
    MAX_NAME_CHARS: 80,
    MAX_NONCES: 100_000,
    MAX_NONCE_CHARS: 64,
    MAX_PARTS: 1000,
    MAX_PIECES_WITHOUT_AUDIO: 100_000,
    MAX_PROBE_MS: 60_000,
    MAX_PROMPT_ANSWERS: 100,
    MAX_QUEUED_MS: 1000,
    MAX_QUIET_MS: 30_000,
    MAX_RATE: 192_000,
    MAX_SERIES: 200,
    MAX_STREAM_MS: 3_600_000,
    MAX_TYPED_AHEAD: 64,
    MAX_UNANSWERED: 2000,
    MAX_UNKNOWN_TYPES: 50,
    MAX_UTTERANCE_MS: 60_000,
    NONCE_TTL_MS: 32_000,
  },
  rows: [
    {
      bound: 'MAX_NONCES',
      holds: 'more nonces push the oldest of the key that has the most out, and none of another',
      drive(limit) {
        const nonces = new NonceMemory(new VirtualClock());
        nonces.remember('other', '0', 60_000);
        for (let number = 0; number <= 2 * limit; number++) nonces.remember('key', `${number}`, 60_000);
        expect(nonces.size).toBeLessThanOrEqual(limit);
        expect(nonces.remember('key', `${2 * limit}`, 60_000)).toBe(false);
        expect(nonces.remember('key', `${2 * limit - limit / 2}`, 60_000)).toBe(false);
        expect(nonces.remember('other', '0', 60_000)).toBe(false);
        expect(nonces.remember('key', '0', 60_000)).toBe(true);
      },
    },
    {
      bound: 'MAX_UNANSWERED',
      holds: 'while Redis does not reply, no more commands are sent, and its next reply ends that',
      async drive(limit) {
        const clock = new VirtualClock();
        const waiting: (() => void)[] = [];
        const send = () => new Promise<unknown>((resolve) => waiting.push(() => resolve('OK')));
        const nonces = redisNonces(send, { clock });
        const refused = async (count: number) => {
          const attempts = Promise.allSettled(
            Array.from({ length: count }, (_, n) => nonces.remember(`${n}`, 1000)),
          );
          await clock.advance(1000);
          for (const { status } of await attempts) expect(status).toBe('rejected');
        };
        await refused(limit);
        const most = waiting.length;
        // Each of them also sends the command that withdraws it.
        expect(most).toBe(2 * limit);
        await refused(100);
        expect(waiting.length).toBe(most);
        for (const reply of waiting.splice(0)) reply();
        await clock.settle();
        const accepted = nonces.remember('key', 1000);
        await clock.settle();
        for (const reply of waiting) reply();
        expect(await accepted).toBe(true);
      },
    },
    {
      bound: 'MAX_NONCE_CHARS',
      holds: 'a nonce as long as a header is not kept as it is, and is good once all the same',
      async drive(limit) {
        const kept = new Set<string>();
        const nonces: NonceStore = { remember: (key) => !kept.has(key) && kept.add(key).has(key) };
        const clock = new VirtualClock();
        const bot = createBot({ auth: { 'test-key': SECRET }, clock, nonces }, idle);
        const requestUpgrade = (nonce: string) => clock.run(bot.inject(requestWithNonce(clock, nonce)));
        const long = 'n'.repeat(4000);
        const taken = [
          await requestUpgrade(long),
          await requestUpgrade(long),
          await requestUpgrade(`${long}o`),
        ];
        expect(taken.map(({ accepted }) => accepted)).toEqual([true, false, true]);
        for (const key of kept) expect(key.length).toBeLessThanOrEqual(2 * limit);
      },
    },
    {
      bound: 'NONCE_TTL_MS',
      holds:
        'a request that was signed ahead of the clock is no good a second time for as long as it is valid',
      async drive(limit) {
        const clock = new VirtualClock();
        const bot = createBot({ auth: { 'test-key': SECRET }, clock }, idle);
        const ahead = { ...clock, wall: () => clock.wall() + 3000, now: () => 0, after: () => () => {} };
        const headers = dialHeaders({ clock: ahead, secret: SECRET });
        const requestUpgrade = () => clock.run(bot.inject({ url: '/', headers }));
        expect((await requestUpgrade()).accepted).toBe(true);
        for (let second = 0; second * 1000 < 2 * limit; second++) {
          expect((await requestUpgrade()).accepted).toBe(false);
          await clock.advance(1000);
        }
      },
    },
    {
      bound: 'DEFAULT_LIMITS.maxSessions',
      holds: 'one call more is refused',
      drive: async () => expect(await taken({ limits: { maxSessions: 3 } }, 5)).toBe(3),
    },
    {
      bound: 'DEFAULT_LIMITS.maxSessionsPerKey',
      holds: 'one call more of a key is refused',
      drive: async () => expect(await taken({ limits: { maxSessionsPerKey: 2 } }, 5)).toBe(2),
    },
    {
      bound: 'DEFAULT_LIMITS.maxPendingUpgrades',
      holds: 'one more upgrade at a time is refused',
      drive: async () => expect(await taken({ limits: { maxPendingUpgrades: 4 } }, 9)).toBe(4),
    },
    {
      bound: 'DEFAULT_LIMITS.maxTextPerSecond',
      holds: 'one message more a second ends the call',
      async drive(limit) {
        const { client, clock } = await openIdle();
        // `open` was one of them.
        for (let sent = 1; sent < limit; sent++) client.send('ping', {});
        await clock.advance(1);
        expect(client.types).not.toContain('disconnect');
        client.send('ping', {});
        await clock.advance(1);
        expect(client.last('disconnect')?.parameters.info).toContain(`more than ${limit} a second`);
      },
    },
    {
      bound: 'DEFAULT_LIMITS.maxAudioSpeed',
      holds: 'audio that goes on coming faster than that is dropped, and counted',
      async drive(limit) {
        const { client, clock, call } = await openIdle();
        const seconds = 60;
        for (let second = 0; second < seconds; second++) {
          client.sendAudio(audio(5000));
          await clock.advance(1000);
        }
        const takenMs = call.stats.audioInMs;
        expect(takenMs).toBeLessThanOrEqual(limit * seconds * 1000 + 10_000);
        expect(takenMs).toBeGreaterThanOrEqual(seconds * 1000);
        expect(call.stats.droppedInFrames).toBeGreaterThan(0);
      },
    },
    {
      bound: 'DEFAULT_LIMITS.maxBufferedBytes',
      holds: 'a client for which one byte more waits is dropped, by audio and by a message',
      drive(limit) {
        const sent: readonly ((session: Session) => void)[] = [
          (session) => session.sendAudio(audio(20)),
          (session) => session.send({ type: 'pause', parameters: {} }),
        ];
        for (const send of sent) {
          const clock = new VirtualClock();
          let dropped = false;
          const violations: string[] = [];
          let waits = limit;
          const transport: Transport = {
            get bufferedAmount() {
              return waits;
            },
            terminate() {
              dropped = true;
            },
            ...{ listen() {}, sendText() {}, sendBinary() {}, close() {} },
          };
          const session = new Session(
            {
              clock,
              ticker: createTicker(clock),
              limits: botLimits(undefined),
              timers: botTimers(undefined),
            },
            { transport, id: '', startedMs: 0, sink: undefined },
            {
              onOpen: () => ({ accept: true, media: PCMU_EXTERNAL }),
              ...{
                begin: () => undefined,
                message() {},
                answers: () => false,
                ended() {},
                unknown() {},
                onViolation: (clause) => void violations.push(clause),
                onClose() {},
              },
            },
          );
          session.text(encodeOpen());
          send(session);
          expect(dropped).toBe(false);
          waits += 1;
          send(session);
          expect(dropped).toBe(true);
          const { audioOutFrames } = session.counters;
          send(session);
          send(session);
          // Logged once, and nothing more counts as sent.
          expect(violations).toEqual(['AC-CONN-10']);
          expect(session.counters.audioOutFrames).toBe(audioOutFrames);
          expect(session.counters.droppedOutFrames).toBe(audioOutFrames === 0 ? 0 : 2);
        }
      },
    },
    {
      bound: 'DEFAULT_LIMITS.maxTapMs',
      holds: 'what a reader does not take is dropped, the oldest first, and counted',
      async drive(limit) {
        const { client, clock, call } = await openIdle();
        const tap = call.audio[Symbol.asyncIterator]();
        const frames = limit / 200 + 5;
        for (let frame = 0; frame < frames; frame++) client.sendAudio(new Uint8Array(1600).fill(frame));
        await clock.advance(1);
        expect(call.stats.droppedTapFrames).toBe(5);
        expect((await tap.next()).value?.[0]).toBe(5);
        // A frame that is longer than all that is held is better than nothing.
        const other = call.audio[Symbol.asyncIterator]();
        client.sendAudio(audio(limit + 1000));
        await clock.advance(1);
        expect((await other.next()).value).toHaveLength((limit + 1000) * 8);
      },
    },
    {
      bound: 'MAX_UNKNOWN_TYPES',
      holds: 'a client that makes up types fills neither the log nor the memory',
      drive(limit) {
        let lines = 0;
        const logger: Logger = { debug() {}, info() {}, warn: () => (lines += 1), error() {} };
        const log = botLog(logger);
        for (let number = 0; number < 3 * limit; number++) log.unknownType(`type ${number}`, 'the-id');
        expect(lines).toBe(limit);
      },
    },
    {
      bound: 'MAX_CAUSES',
      holds: 'an error after the end of the call is reported if the end is a deeper cause of it',
      async drive(limit) {
        const reported = async (depth: number) => {
          const errors: unknown[] = [];
          const { clock, client } = await openCall(
            async ({ signal }) => {
              await new Promise((resolve) => signal.addEventListener('abort', resolve));
              let error: unknown = signal.reason;
              for (let nth = 0; nth < depth; nth++) error = new Error('outer', { cause: error });
              throw error;
            },
            { onError: (error) => void errors.push(error) },
          );
          await hangUp(clock, client);
          return errors.length;
        };
        expect(await reported(limit - 1)).toBe(0);
        expect(await reported(limit)).toBe(1);
      },
    },
    {
      bound: 'MAX_TYPED_AHEAD',
      holds: 'keys that nobody collects push the oldest out',
      async drive(limit) {
        const clock = new VirtualClock();
        const collector = new DigitCollector(clock, createTicker(clock), {
          stop: () => {},
          idle: () => Promise.resolve(),
        });
        for (const digit of `${'1'.repeat(limit)}${'2'.repeat(limit - 1)}`) collector.press(digit);
        const { digits } = await collector.collect({ max: limit, end: '' });
        expect(digits).toBe(`1${'2'.repeat(limit - 1)}`);
      },
    },
    {
      bound: 'MAX_CATCH_UP_MS',
      holds: 'a time limit counts, however long the process was blocked',
      async drive(limit) {
        const virtual = new VirtualClock();
        let blockedMs = 0;
        const clock = {
          now: () => virtual.now() + blockedMs,
          wall: () => virtual.wall(),
          after: (ms: number, callback: () => void) => virtual.after(ms, callback),
        };
        let hasActed = false;
        deadline(clock, 1000, () => {
          hasActed = true;
        });
        blockedMs = 10 * limit;
        await virtual.advance(1000 + limit - 1);
        expect(hasActed).toBe(false);
        await virtual.advance(1);
        expect(hasActed).toBe(true);
      },
    },
    {
      bound: 'MAX_PROMPT_ANSWERS',
      holds: 'any further promise of a call waits until the event loop had its turn',
      async drive(limit) {
        const clock = new VirtualClock();
        const pace = new AnswerPace(clock);
        const answer = Promise.resolve();
        for (let count = 0; count < limit; count++) expect(pace.of(answer)).toBe(answer);
        let settled = false;
        void pace.of(answer).then(() => {
          settled = true;
        });
        await clock.settle();
        expect(settled).toBe(false);
        await clock.advance(10);
        expect(settled).toBe(true);
      },
    },
    {
      bound: 'DEFAULT_TIMEOUT_MS',
      holds: 'a collection that no key comes for is over',
      async drive(limit) {
        const { clock, call, client } = await openIdle({ timers: { silenceMs: 10 * limit } });
        const beganMs = clock.now();
        const collected = await clock.run(call.collectDigits({ max: 1 }));
        expect(collected).toEqual({ digits: '', ended: 'timeout' });
        expect(clock.now() - beganMs).toBeLessThanOrEqual(limit + 20);
        expect(client.end).toBeUndefined();
      },
    },
    {
      bound: 'MAX_QUEUED_MS',
      holds: 'a source that never ends is asked for no more',
      async drive(limit) {
        const { source, asked } = endless(100);
        const { clock, call, client } = await openIdle();
        void call.play(source);
        await clock.advance(2000);
        expect(asked.ms - client.botAudioMs).toBeGreaterThanOrEqual(limit);
        expect(asked.ms - client.botAudioMs).toBeLessThanOrEqual(limit + 200);
      },
    },
    {
      bound: 'MAX_HOLD_MS',
      holds: 'a bot cannot have more held for the first reader of the caller',
      drive(limit) {
        const make = (holdCallerAudioMs: number) => createBot({ auth: { k: null }, holdCallerAudioMs }, idle);
        expect(() => make(limit + 1)).toThrow(
          `holdCallerAudioMs is ${limit + 1}; expected a number from 0 to ${limit}`,
        );
        make(limit);
      },
    },
    {
      bound: 'MAX_GAP_MS',
      holds: 'a longer gap is filled with so much silence and no more',
      async drive(limit) {
        const { client, clock, call } = await openIdle();
        let heardMs = 0;
        call.caller({ fillGaps: 'silence' }).onAudio((bytes) => {
          heardMs += bytes.length / 8;
        });
        await clock.advance(1);
        client.send('discarded', { start: 'PT1S', discarded: 'PT1000000S' });
        await clock.advance(1);
        expect(heardMs).toBe(limit);
      },
    },
    {
      bound: 'MAX_METRICS',
      holds: 'one metric more is refused, and those that are there go on',
      drive(limit) {
        const { meter } = createBot({ auth: { k: null } }, idle);
        for (let index = 0; index < limit; index++) meter.gauge(`demo_${index}`, { help: 'x' });
        expect(() => meter.gauge('demo_more', { help: 'x' })).toThrow(`there are ${limit} metrics already`);
        meter.gauge('demo_1', { help: 'x' }).set(1);
      },
    },
    {
      bound: 'MAX_SERIES',
      holds: 'more combinations of labels are counted together as other',
      drive(limit) {
        const { meter, metrics } = createBot({ auth: { k: null } }, idle);
        const counter = meter.counter('demo_x_total', { help: 'x', labels: ['of'] });
        for (let index = 0; index < limit + 50; index++) counter.add(1, { of: `${index}` });
        const lines = metrics()
          .split('\n')
          .filter((line) => line.startsWith('hookline_demo_x_total{'));
        expect(lines).toHaveLength(limit + 1);
        expect(lines.at(-1)).toBe('hookline_demo_x_total{of="other"} 50');
      },
    },
    {
      bound: 'MAX_LABEL_CHARS',
      holds: 'a longer value of a label is cut',
      drive(limit) {
        const { meter, metrics } = createBot({ auth: { k: null } }, idle);
        meter.counter('demo_x_total', { help: 'x', labels: ['of'] }).add(1, { of: 'y'.repeat(10 * limit) });
        expect(metrics()).toContain(`{of="${'y'.repeat(limit)}"}`);
      },
    },
    {
      bound: 'MAX_NAME_CHARS',
      holds: 'a longer name of a metric is refused',
      drive(limit) {
        const { meter } = createBot({ auth: { k: null } }, idle);
        meter.gauge(`a_${'b'.repeat(limit - 2)}`, { help: 'x' });
        expect(() => meter.gauge(`a_${'b'.repeat(limit - 1)}`, { help: 'x' })).toThrow(`${limit} characters`);
      },
    },
    {
      bound: 'MAX_UTTERANCE_MS',
      holds: 'an utterance that lasts longer is cut, and the rest is the next',
      async drive(limit) {
        const { client, clock, call } = await openIdle();
        const said: number[] = [];
        void (async () => {
          for await (const { audio } of call.utterances()) said.push(audio.length / 8);
        })();
        const silence = new Uint8Array(1600).fill(0xff);
        const speech = Uint8Array.from(silence, (_, at) => (at % 16 < 8 ? 0x90 : 0x10));
        for (let ms = 0; ms < 2.5 * limit; ms += 200) {
          client.sendAudio(ms > 1000 && ms % 600 !== 0 ? speech : silence);
          await clock.advance(200);
        }
        expect(said.slice(0, 2)).toEqual([expect.closeTo(limit, -3), expect.closeTo(limit, -3)]);
      },
    },
    {
      bound: 'MAX_HELD_UTTERANCES',
      holds: 'more that nobody takes push the oldest out',
      drive(limit) {
        const clock = new VirtualClock();
        const listener = new UtteranceListener('PCMU', 'le', clock, createTicker(clock));
        const silence = new Uint8Array(8000).fill(0xff);
        const speech = new Uint8Array(4000).map((_, at) => (at % 16 < 8 ? 0x90 : 0x10));
        for (let said = 0; said < limit + 3; said++) {
          listener.hear(silence, said * 1500);
          listener.hear(speech, said * 1500 + 1000);
        }
        listener.hear(silence, 100_000);
        return listener.next(0).then((first) => expect(first?.fromMs).toBe(3 * 1500 + 1000));
      },
    },
    {
      bound: 'MAX_PARTS',
      holds: 'the audio of more marks belongs to the last part that is kept apart',
      async drive(limit) {
        const { call } = await openIdle();
        const stream = call.stream({ format: 'PCMU' });
        for (let part = 0; part < limit + 100; part++) stream.write(audio(1), { mark: `${part}` });
        const parts = stream.heard();
        expect(parts).toHaveLength(limit);
        expect(parts.at(-1)).toMatchObject({ key: `${limit - 1}`, totalMs: 101 });
      },
    },
    {
      bound: 'MAX_LEAD_MS',
      holds: 'a playback gathers no longer, and a longer lead is refused',
      async drive(limit) {
        const { client, clock, call } = await openIdle();
        expect(() => call.stream({ leadMs: limit + 1 })).toThrow(`from 0 to ${limit}`);
        call.stream({ leadMs: limit }).write(audio(10));
        await clock.advance(limit - 100);
        expect(client.frames).toEqual([]);
        await clock.advance(110);
        expect(client.botAudioMs).toBe(10);
      },
    },
    {
      bound: 'MAX_STREAM_MS',
      holds: 'a stream is never let wait with more, and its default is less',
      async drive(limit) {
        const { call } = await openIdle();
        expect(() => call.stream({ maxMs: limit + 1 })).toThrow(`${limit} at most`);
        const stream = call.stream();
        const second = audio(1000);
        let seconds = 0;
        while (stream.write(second)) seconds += 1;
        expect(seconds * 1000).toBeLessThanOrEqual(limit);
        expect(stream.queuedMs).toBeLessThanOrEqual(300_000);
      },
    },
    {
      bound: 'MAX_EMPTY_PIECES',
      holds: 'a source that gives nothing for ever lets everybody else have their turn',
      async drive(limit) {
        let pauses = 0;
        let asked = 0;
        const nothing = {
          next: async () => (asked++ < 5 * limit ? audio(0) : undefined),
          close() {},
        };
        const host = {
          open: () => nothing,
          pause: async () => {
            pauses += 1;
          },
          ...{ changed() {}, heardMs: () => 0, stop() {}, over() {} },
        };
        new PlaybackRun(host, {}, 0, 8000).begin();
        for (let turn = 0; turn < 100 * limit; turn++) await Promise.resolve();
        expect(asked).toBe(5 * limit + 1);
        expect(pauses).toBe(5);
      },
    },
    {
      bound: 'LEAD_MS',
      holds: 'the client is given no more that it has not played',
      async drive(limit) {
        const { clock, call, client } = await openIdle();
        const beganMs = clock.now();
        void call.play(audio(20_000));
        let mostMs = 0;
        for (let step = 0; step < 100; step++) {
          await clock.advance(50);
          mostMs = Math.max(mostMs, client.botAudioMs - (clock.now() - beganMs));
        }
        expect(mostMs).toBeLessThanOrEqual(limit + 10);
        expect(mostMs).toBeGreaterThan(limit / 2);
      },
    },
    {
      bound: 'ASSUMED_AFTER_MS',
      holds: 'a client that tells nothing of a playback does not hang who waits for it',
      async drive(limit) {
        let result: PlaybackResult | undefined;
        const { clock, client } = await dialBot(
          async (call) => {
            result = await call.play(audio(1000));
          },
          {},
          { plays: false },
        );
        client.open();
        client.stream();
        await clock.advance(1000 + limit - 100);
        expect(result).toBeUndefined();
        await clock.advance(200);
        expect(result?.ended).toBe('assumed');
      },
    },
    {
      bound: 'MAX_ROUND_TRIP_MS',
      holds: 'a round trip that no line has takes no more than that from what was heard',
      drive(limit) {
        const tracker = new PlaybackTracker();
        const heardMs = (rttMs: number) => {
          tracker.roundTrip(rttMs);
          return tracker.heardAtBargeInMs(10_000);
        };
        tracker.begin(0, 0, 0);
        tracker.sent(0, 20_000);
        tracker.started(100, 0, 1);
        expect(heardMs(limit - 500)).not.toBe(heardMs(limit));
        expect(heardMs(100 * limit)).toBe(heardMs(limit));
      },
    },
    {
      bound: 'MAX_QUIET_MS',
      holds: 'a client that asks for a longer silence gets no longer one',
      drive(limit) {
        const limits = new SendLimits(0);
        limits.quiet(0, 1e12);
        for (const kind of ['audio', 'event', 'pause', 'resume'] as const) {
          expect(limits.msUntil(kind, 0)).toBe(limit);
          expect(limits.msUntil(kind, limit)).toBe(0);
        }
      },
    },
    {
      bound: 'MAX_WAIT_MS',
      holds: 'neither a collection nor an utterance can be asked to wait longer',
      async drive(limit) {
        const { call } = await openIdle();
        const times = ['timeoutMs', 'interDigitMs'] as const;
        for (const time of times) {
          await expect((async () => call.collectDigits({ [time]: limit + 1 }))()).rejects.toThrow(time);
        }
        await expect((async () => call.utterance({ timeoutMs: limit + 1 }))()).rejects.toThrow('timeoutMs');
      },
    },
    {
      bound: 'FLOOD_LINGER_MS',
      holds: 'a client that floods is dropped, whatever it sends or does not',
      async drive(limit) {
        const { client, clock, bot } = await openIdle();
        for (let sent = 0; sent < 200; sent++) client.send('ping', {});
        for (let step = 0; step < 20; step++) {
          client.send('ping', {});
          await clock.advance(limit / 20);
        }
        await clock.advance(20);
        expect(client.end).toBeDefined();
        expect(bot.sessions).toBe(0);
      },
    },
    {
      bound: 'MAX_LATE_CHARS',
      holds: 'a longer message is not read once the call ends',
      async drive(limit) {
        const { client, clock } = await openIdle();
        client.sendText('nonsense');
        await clock.advance(1);
        const ping = (chars: number) => {
          client.seq += 1;
          const message = {
            ...{ version: '2', id: client.id, type: 'ping', seq: client.seq, serverseq: 0 },
            ...{ position: 'PT0S', parameters: { rtt: 'PT0.1S' }, more: '' },
          };
          const room = chars - JSON.stringify(message).length;
          client.sendText(JSON.stringify({ ...message, more: 'x'.repeat(room) }));
        };
        ping(limit);
        await clock.advance(1);
        const pongs = client.all('pong').length;
        expect(pongs).toBe(1);
        ping(limit + 1);
        await clock.advance(1);
        expect(client.all('pong')).toHaveLength(pongs);
      },
    },
    {
      bound: 'MAX_PROBE_MS',
      holds: 'a connection probe that only pings frees the place of a call, and a call that does stays',
      async drive(limit) {
        const clock = new VirtualClock();
        const bot = createBot({ auth: { 'test-key': null }, clock }, idle);
        const [probe, call] = [
          await clock.run(ScriptedClient.dial(bot, { clock })),
          await clock.run(ScriptedClient.dial(bot, { clock })),
        ];
        probe.openProbe();
        call.open();
        const ping = async (ms: number) => {
          for (let leftMs = ms; leftMs > 0; leftMs -= 1000) {
            probe.send('ping', {});
            call.send('ping', {});
            await clock.advance(1000);
          }
        };
        await ping(limit - 1000);
        expect(probe.types).not.toContain('disconnect');
        await ping(2000);
        expect(probe.types).toContain('disconnect');
        await ping(SERVER_TIMERS.closeMs + 1000);
        expect(call.types).not.toContain('disconnect');
        expect(bot.sessions).toBe(1);
      },
    },
    {
      bound: 'DEFAULT_DRAIN_MS',
      holds: 'a drain ends, whatever the calls do',
      async drive(limit) {
        const { client, clock, bot } = await openIdle();
        client.stream();
        const beganMs = clock.now();
        await clock.run(bot.drain());
        expect(clock.now() - beganMs).toBeLessThanOrEqual(limit + 10);
        expect(bot.sessions).toBe(0);
      },
    },
    {
      bound: 'DISCONNECT_LEAD_MS',
      holds: 'the calls that are left are told so much before the end of a drain',
      async drive(limit) {
        const { client, clock, bot } = await openIdle();
        client.stream();
        const drained = bot.drain({ timeoutMs: 10_000 });
        await clock.advance(10_000 - limit - 20);
        expect(client.types).not.toContain('disconnect');
        await clock.advance(40);
        expect(client.types).toContain('disconnect');
        await clock.run(drained);
      },
    },
  ],
  elsewhere: {
    MAX_LATE_READ_MS: 'packages/server/src/playback/tracker.test.ts',
    DELAY_WINDOW_MS: 'packages/server/src/session/caller-timeline.test.ts',
    DEFAULT_REPLY_TIMEOUT_MS: 'packages/server/test/redis.test.ts',
    'DEFAULT_TIMERS.authMs': 'packages/server/test/admission.test.ts',
    'DEFAULT_TIMERS.prepareMs': 'packages/server/test/prepare.test.ts',
    'DEFAULT_TIMERS.idleMs': 'packages/server/test/busy.test.ts',
    MAX_LABELS: 'packages/server/test/meter.test.ts',
    MAX_BUCKETS: 'packages/server/test/meter.test.ts',
    'DEFAULT_LIMITS.maxPayloadBytes': 'packages/server/test/sockets.test.ts',
    MAX_HEADER_BYTES: 'packages/server/test/attack-upgrade.test.ts',
    LINGER_MS: 'packages/server/test/attack-upgrade.test.ts',
    MAX_FRAGMENTS: 'packages/server/test/attack-frames.test.ts',
    MAX_BUFFERED_CHUNKS: 'packages/server/test/hostile-sockets.test.ts',
    MAX_RATE: 'packages/server/test/sources.test.ts',
    MAX_NAMED_PATHS: 'packages/server/test/refusal-texts.test.ts',
    MAX_NAMED_OFFERS: 'packages/server/test/refusal-texts.test.ts',
    MAX_LOAD_MS: 'packages/server/test/user-code.test.ts',
    MAX_PIECES_WITHOUT_AUDIO: 'packages/server/test/sources.test.ts',
  },
  unnamed: [
    {
      holds: 'what playbacks provoke adds no more than a second of messages to the limit',
      drive() {
        const limits = botLimits(undefined);
        const limit = limits.maxTextPerSecond;
        const flood = new TextLimit(limits, 0);
        for (let frame = 0; frame < 100 * limit; frame++) flood.creditReplies();
        let taken = 0;
        while (taken < 1000 * limit && flood.take(0)) taken += 1;
        expect(taken).toBe(2 * limit);
      },
    },
    {
      holds: 'audio that comes at once is taken up to 10 s, and dropped and counted beyond',
      async drive() {
        const { client, clock, call } = await openIdle();
        for (let frame = 0; frame < 600; frame++) client.sendAudio(audio(1000));
        await clock.advance(1);
        expect(call.stats.audioInMs).toBeLessThanOrEqual(11_000);
        expect(call.stats.audioInMs).toBeGreaterThanOrEqual(9000);
        expect(call.stats.droppedInFrames).toBeGreaterThan(580);
      },
    },
    {
      holds: 'a serverseq of one more than was sent breaks the session; that of the last message does not',
      async drive() {
        const { client, clock } = await openIdle();
        client.send('ping', {}, { serverseq: client.serverseq });
        await clock.advance(1);
        expect(client.types).not.toContain('disconnect');
        client.seq += 1;
        client.send('ping', {}, { seq: client.seq, serverseq: client.serverseq + 1 });
        await clock.advance(1);
        expect(client.last('disconnect')?.parameters.info).toContain('serverseq');
      },
    },
    {
      holds: 'a turn that makes too long a message is refused; the longest text that is taken makes none',
      async drive() {
        const { client, clock, call } = await openIdle();
        const said = (chars: number) => call.turn({ disposition: 'match', text: '"'.repeat(chars) });
        expect(() => said(MAX_TEXT_CHARS / 2)).toThrow(/at most/);
        said(Math.floor((MAX_TEXT_CHARS - 402) / 2));
        await clock.advance(1);
        expect(client.all('event')).toHaveLength(1);
        expect(JSON.stringify(client.last('event')).length).toBeLessThanOrEqual(MAX_TEXT_CHARS);
      },
    },
    {
      holds: 'outputs that make too long a message fail the call',
      async drive() {
        const { client, clock } = await openCall(() => ({ a: 'x'.repeat(MAX_TEXT_CHARS) }));
        await clock.advance(20);
        expect(client.last('disconnect')?.parameters).toMatchObject({ reason: 'error' });
      },
    },
    {
      holds: 'a client of which nothing comes is gone, whatever its bot does',
      async drive() {
        const { client, clock, bot } = await openIdle();
        const { silenceMs, closeMs, socketMs } = SERVER_TIMERS;
        await clock.advance(silenceMs - 1000);
        expect(client.end).toBeUndefined();
        await clock.advance(1000 + 500 + closeMs + socketMs);
        expect(bot.sessions).toBe(0);
      },
    },
    {
      holds: 'a client that never opens is gone',
      async drive() {
        const { client, clock, bot } = await dialBot(idle);
        await clock.advance(SERVER_TIMERS.openMs - 100);
        expect(bot.sessions).toBe(1);
        await clock.advance(100 + SERVER_TIMERS.closeMs + 100);
        expect(client).toBeInstanceOf(ScriptedClient);
        expect(bot.sessions).toBe(0);
      },
    },
  ],
});
