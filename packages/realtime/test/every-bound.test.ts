import { EventEmitter } from 'node:events';
import { MAX_TIMER_MS, silentLogger, VirtualClock } from '@hookline/runtime';
import { expect } from 'vitest';
import { everyBoundHolds } from '#bounds';
import { checkedOptions } from '../src/checked-options.js';
import { DeepgramSession } from '../src/deepgram/deepgram-session.js';
import { ElevenLabsSession } from '../src/elevenlabs/elevenlabs-session.js';
import { GeminiSession } from '../src/gemini/gemini-session.js';
import { RealtimeError } from '../src/index.js';
import { FunctionCalls } from '../src/openai/function-calls.js';
import { openai } from '../src/openai/index.js';
import { PCMU_8K } from '../src/service/audio-shape.js';
import { CallerInput } from '../src/session/caller-input.js';
import { History } from '../src/session/history.js';
import { KeyGroup } from '../src/session/key-group.js';
import { ReplyText } from '../src/session/reply-text.js';
import { Speaker } from '../src/session/speaker.js';
import { ToolRuns } from '../src/session/tool-runs.js';
import { schemaFault } from '../src/tools/json-schema-check.js';
import { parameterReader } from '../src/tools/parameters.js';
import { Liveness } from '../src/wire/liveness.js';
import { redactedCode, redactKeys } from '../src/wire/wire-error.js';
import { bridged, finish, ready, serviceCalls } from './bridged.js';
import { closing, ListeningHost, peer, START, wanted } from './peer.js';

/** Tool runs that never end, and the messages to the service. */
function hanging() {
  const results: unknown[] = [];
  const clock = new VirtualClock();
  let started = 0;
  const runs = new ToolRuns(
    { hangs: { description: '', run: () => new Promise(() => {}) }, ends: { description: '', run: () => 1 } },
    {
      takesRequests: () => true,
      onTooLate() {},
      context: () => undefined as never,
      onStarted: () => {
        started += 1;
      },
      onEnded() {},
      sendResult: (_, result) => results.push(result) > 0,
      onDeferred() {},
      sendText() {},
    },
    { clock, log: silentLogger, toolMs: 1000 },
  );
  return { runs, results, clock, started: () => started };
}

async function connected() {
  const it = await peer(
    (message, send) => {
      if (message['type'] === 'session.update') send({ type: 'session.updated' });
    },
    (send) => send({ type: 'session.created', session: {} }),
  );
  const host = new ListeningHost();
  const link = closing(await openai({ url: it.url }).connect(host, START, wanted()));
  return { it, host, link };
}

const limit = (name: string) => ({
  bound: `DEFAULT_LIMITS.${name}`,
  holds: 'is what an option that is left out becomes, and takes no number that is none',
  drive(value: number) {
    expect(checkedOptions({}).limits).toMatchObject({ [name]: value });
    for (const wrong of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '5' as never]) {
      expect(() => checkedOptions({ limits: { [name]: wrong } })).toThrow(name);
    }
  },
});

everyBoundHolds({
  package: 'realtime',
  rows: [
    ...['connectMs', 'toolMs', 'replyMs', 'silenceMs', 'callMs', 'maxQueuedMs', 'maxInputMs'].map(limit),
    {
      bound: 'MAX_REPLY_CHARS',
      holds: 'the text of a reply is cut',
      drive(chars) {
        const text = new ReplyText();
        for (let nth = 0; nth < 20; nth++) text.add(`part ${nth % 3}`, 'x'.repeat(chars / 5), false);
        text.add('part 0', 'y'.repeat(chars * 2), true);
        expect(text.whole.replaceAll(' ', '').length).toBeLessThanOrEqual(chars);
      },
    },
    {
      bound: 'MAX_WAITING_CHARS',
      holds: 'text that waits for its reply is cut',
      drive(chars) {
        const host = new ListeningHost();
        const session = new GeminiSession(host);
        const words = { text: 'x'.repeat(chars / 4) };
        for (let nth = 0; nth < 10; nth++) {
          const serverContent = { inputTranscription: words, outputTranscription: words };
          session.onMessage({ serverContent }, undefined as never);
        }
        const parts = [{ inlineData: { data: 'AQIDBA==' } }];
        session.onMessage({ serverContent: { modelTurn: { parts } } }, undefined as never);
        const lengths = host.all('text').map(([who, text]) => [who, String(text).length]);
        expect(lengths.slice(-2)).toEqual([
          ['caller', chars],
          ['bot', chars],
        ]);
      },
    },
    {
      bound: 'MAX_HISTORY_ITEMS',
      holds: 'the oldest texts are forgotten',
      drive(items) {
        const history = new History();
        for (let nth = 0; nth < items + 5; nth++) history.add('caller', `text ${nth}`);
        expect(history.itemsWith()).toHaveLength(items);
        expect(history.itemsWith()[0]?.text).toBe('text 5');
      },
    },
    {
      bound: 'MAX_HISTORY_CHARS',
      holds: 'the oldest texts are forgotten when all are too long',
      drive(chars) {
        const history = new History();
        for (let nth = 0; nth < 10; nth++) history.add('bot', 'x'.repeat(chars / 4));
        expect(history.itemsWith()).toHaveLength(4);
      },
    },
    {
      bound: 'MAX_RETRIES',
      holds: 'a reply is asked for again so often, then the service counts as silent',
      async drive(retries) {
        const it = bridged({ limits: { replyMs: 1000 } });
        await ready(it);
        it.service.link.host.speech('start');
        it.service.link.host.speech('end');
        await it.clock.advance(retries * 1000 + 900);
        expect(serviceCalls(it, 'ask')).toHaveLength(retries);
        it.call.hangup();
        await finish(it);
      },
    },
    {
      bound: 'MAX_RETRY_PAUSE_MS',
      holds: 'a reply that failed is not asked for again after a longer pause, but once it counts as missing',
      async drive(ms) {
        const askedAfterMs = async (retryAfterMs: number) => {
          const it = bridged({ limits: { replyMs: 8000 } });
          await ready(it);
          const { host } = it.service.link;
          host.replyStarted('r1');
          host.replyDone('r1', 'failed', { code: 'limit', message: '', fatal: false, retryAfterMs });
          const startMs = it.clock.now();
          await it.clock.advanceUntil(() => serviceCalls(it, 'ask').length > 0);
          const waitedMs = it.clock.now() - startMs;
          it.call.hangup();
          await finish(it);
          return waitedMs;
        };
        expect(await askedAfterMs(ms)).toBe(ms);
        expect(await askedAfterMs(ms + 1)).toBe(8000);
      },
    },
    {
      bound: 'MAX_UNANSWERED',
      holds: 'the session fails after this many unanswered requests in a row',
      async drive(times) {
        const it = bridged({ limits: { replyMs: 1000 } });
        await ready(it);
        it.service.link.host.speech('start');
        it.service.link.host.speech('end');
        // Each time the reply and its repetition are awaited.
        await it.clock.advance(times * 2000 - 100);
        expect(it.session.state).not.toBe('closed');
        await it.clock.advance(200);
        expect(it.session.state).toBe('closed');
        await finish(it);
      },
    },
    {
      bound: 'MAX_PROMPTS',
      holds: 'the call ends after the caller was asked this many times whether they are there',
      async drive(times) {
        const it = bridged({}, { service: { onAsk: (link) => link.reply(`r${link.calls.length}`, 500) } });
        expect(await finish(it)).toMatchObject({ outputs: { ended_by: 'silence' } });
        expect(serviceCalls(it, 'text')).toHaveLength(times);
      },
    },
    {
      bound: 'MAX_RUNNING_TOOLS',
      holds: 'one more is refused, and the model is told so',
      drive(most) {
        const { runs, results } = hanging();
        for (let nth = 0; nth <= most; nth++) runs.request(`id ${nth}`, 'hangs', '{}');
        expect(results).toEqual([{ error: 'too many tools are running' }]);
        runs.close();
      },
    },
    {
      bound: 'MAX_SEEN_REQUESTS',
      holds: 'the oldest id is forgotten',
      drive(most) {
        const { runs, started } = hanging();
        for (let nth = 0; nth <= most; nth++) runs.request(`id ${nth}`, 'missing', '{}');
        runs.request('id 0', 'missing', '{}');
        runs.request(`id ${most}`, 'missing', '{}');
        expect(started()).toBe(most + 2);
      },
    },
    {
      bound: 'MAX_ENDED_REPLIES',
      holds: 'the oldest reply that is over is forgotten',
      drive(most) {
        const speaker = new Speaker(undefined as never, PCMU_8K, 1000, undefined as never);
        for (let nth = 0; nth <= most; nth++) {
          speaker.begin(`reply ${nth}`);
          speaker.finish(`reply ${nth}`);
        }
        expect(speaker.isNew('reply 0')).toBe(true);
        expect(speaker.isNew('reply 1')).toBe(false);
      },
    },
    {
      bound: 'MAX_KEYS',
      holds: 'keys without a pause are told by so many at a time',
      drive(most) {
        const groups: string[] = [];
        const keys = new KeyGroup(new VirtualClock(), 1000, (group) => groups.push(group));
        for (let nth = 0; nth < most * 2 + 1; nth++) keys.push('1');
        keys.clear();
        expect(groups.map((group) => group.length)).toEqual([most, most]);
      },
    },
    {
      bound: 'MAX_SOCKET_BYTES',
      holds: 'caller audio is dropped and counted',
      drive(bytes) {
        let droppedMs = 0;
        const input = new CallerInput(new VirtualClock(), PCMU_8K, 1000, (ms) => {
          droppedMs += ms;
        });
        let taken = 0;
        const link = { bufferedBytes: bytes + 1, audio: () => (taken += 1) } as never;
        input.linked(link);
        input.push(new Uint8Array(160), 0);
        expect([droppedMs, taken]).toEqual([20, 0]);
      },
    },
    {
      bound: 'MAX_RETRY_AFTER_MS',
      holds: 'a service that wants a longer rest is not asked again',
      async drive(ms) {
        const limited = new RealtimeError('SERVICE_LIMITED', 'later', { retryAfterMs: ms });
        let attempts = 0;
        const it = bridged(
          {},
          {
            service: {
              refuse: (nth) => {
                attempts = nth;
                return limited;
              },
            },
          },
        );
        await finish(it);
        expect(attempts).toBe(1);
      },
    },
    {
      bound: 'MAX_TURN_CHARS',
      holds: 'a turn is cut',
      async drive(chars) {
        const it = bridged();
        await ready(it);
        it.service.link.reply('r1', 200, { text: 'x'.repeat(chars + 1) });
        await it.clock.advance(1500);
        expect(it.recorder.turns[0]).toHaveLength(chars);
        it.call.hangup();
        await finish(it);
      },
    },
    {
      bound: 'MAX_ARGUMENT_CHARS',
      holds: 'longer arguments are not read',
      async drive(chars) {
        const reader = parameterReader('t', { description: '', run() {} });
        const json = (length: number) => `{"a":"${'x'.repeat(length - 8)}"}`;
        expect(await reader.read(json(chars))).toHaveProperty('value');
        expect(await reader.read(json(chars + 1))).toHaveProperty('fault');
      },
    },
    {
      bound: 'MAX_DEPTH',
      holds: 'a schema that refers to itself ends',
      drive() {
        const schema: Record<string, unknown> = { type: 'object' };
        schema['properties'] = { a: schema };
        const value: Record<string, unknown> = {};
        value['a'] = value;
        expect(schemaFault(schema, value)).toContain('nested too deeply');
      },
    },
    {
      bound: 'MAX_MESSAGE_BYTES',
      holds: 'a larger message ends the connection',
      async drive(bytes) {
        const { it, host } = await connected();
        it.send(`{"type":"x","a":"${'x'.repeat(bytes)}"}`);
        await host.until('closed');
      },
    },
    {
      bound: 'MAX_INVALID_MESSAGES',
      holds: 'one more ends the connection',
      async drive(most) {
        const { it, host } = await connected();
        for (let nth = 0; nth <= most; nth++) it.send('{');
        await host.until('closed');
        expect(host.all('problem')).toHaveLength(1);
      },
    },
    {
      bound: 'MAX_WAITING_BYTES',
      holds: 'a service that reads nothing is given up',
      async drive(bytes) {
        const { it, host, link } = await connected();
        it.sockets[0]?.pause();
        for (let sent = 0; sent < bytes * 2; sent += 1_000_000) link.audio(new Uint8Array(1_000_000));
        await host.until('closed');
      },
    },
    {
      bound: 'MAX_SILENT_INTERVALS',
      holds: 'a service that has answered pings and then sends nothing for longer is given up',
      async drive(most) {
        const clock = new VirtualClock();
        let pings = 0;
        const socket = Object.assign(new EventEmitter(), {
          ping() {
            pings += 1;
            if (pings === 1) socket.emit('pong');
          },
        });
        let pingsAtEnd = 0;
        const liveness = new Liveness(socket, clock, () => {
          pingsAtEnd = pings;
        });
        liveness.start();
        await clock.advance(60_000);
        expect(pingsAtEnd).toBe(1 + most);
        expect(clock.pending).toBe(0);
      },
    },
    {
      bound: 'MAX_MESSAGE_CHARS',
      holds: "a service's own words are cut",
      drive(chars) {
        expect(redactKeys('x'.repeat(chars * 2), [])).toHaveLength(chars);
      },
    },
    {
      bound: 'MAX_CODE_CHARS',
      holds: "a service's own code is cut, and a key in it removed before",
      drive(chars) {
        const key = 'a-secret-key';
        const code = redactedCode(`${'x'.repeat(chars - 4)}${key}${'x'.repeat(chars)}`, [key]);
        expect(code).toBe(`${'x'.repeat(chars - 4)}***x`);
      },
    },
    {
      bound: 'MAX_PENDING_CALLS',
      holds: 'the oldest call of a function that is still written is forgotten',
      drive(most) {
        const calls: string[] = [];
        const functions = new FunctionCalls((id) => calls.push(id));
        for (let nth = 0; nth <= most; nth++) {
          functions.added({ type: 'function_call', id: `item ${nth}`, call_id: `call ${nth}`, name: 'book' });
        }
        functions.onResponseDone(true);
        expect(calls).toHaveLength(most);
        expect(calls[0]).toBe('call 1');
      },
    },
    {
      bound: 'MAX_ARGUMENTS_CHARS',
      holds: 'arguments that come without end are gathered no further',
      drive(chars) {
        const written: string[] = [];
        const functions = new FunctionCalls((_id, _name, json) => written.push(json));
        functions.added({ type: 'function_call', call_id: 't1', name: 'book' });
        for (let nth = 0; nth < 20; nth++) functions.delta({ call_id: 't1', delta: 'x'.repeat(chars / 10) });
        functions.onResponseDone(true);
        expect(written[0]).toHaveLength(chars);
      },
    },
    {
      bound: 'MAX_SPEECH_MS',
      holds: 'speech that Deepgram makes no words of is over',
      async drive(ms) {
        const clock = new VirtualClock();
        const ends: number[] = [];
        const host = {
          clock,
          speech: (at: string) => {
            if (at === 'end') ends.push(clock.now());
          },
        };
        const session = new DeepgramSession(host as never, [], false);
        session.onMessage({ type: 'UserStartedSpeaking' }, undefined as never);
        await clock.advance(ms * 2);
        expect(ends).toEqual([ms]);
        expect(clock.pending).toBe(0);
      },
    },
    {
      bound: 'MAX_ECHOES',
      holds: 'older messages of the session are reported as words of the caller if the service repeats them',
      drive(most) {
        const reported: string[] = [];
        const text = (_: string, words: string) => void reported.push(words);
        const session = new DeepgramSession({ clock: new VirtualClock(), text } as never, [], false);
        for (let nth = 0; nth <= most; nth++) session.text(`keys: ${nth}`, true);
        for (const nth of [0, 1, most]) {
          const content = `keys: ${nth}`;
          session.onMessage({ type: 'ConversationText', role: 'user', content }, undefined as never);
        }
        expect(reported).toEqual(['keys: 0']);
      },
    },
    {
      bound: 'MAX_EARLY_MESSAGES',
      holds: 'more messages before audio can be converted end the connection',
      drive(most) {
        const refused: string[] = [];
        const audio = { begin: () => new Promise(() => {}) };
        const session = new ElevenLabsSession({} as never, audio as never, [], false);
        const wire = { refuse: ({ code }: RealtimeError) => refused.push(code) };
        session.onMessage({ type: 'conversation_initiation_metadata' }, wire as never);
        for (let nth = 0; nth < most; nth++) session.onMessage({ type: 'audio' }, wire as never);
        expect(refused).toEqual([]);
        session.onMessage({ type: 'audio' }, wire as never);
        expect(refused).toEqual(['SERVICE_REFUSED']);
      },
    },
    {
      bound: 'MAX_REQUESTS',
      holds: 'the names of older requests are forgotten',
      drive(most) {
        const sent: { name: string }[] = [];
        const host = { clock: new VirtualClock(), toolCall() {} };
        const wire = { send: (message: { name: string }) => sent.push(message), close() {} } as never;
        const session = new DeepgramSession(host as never, [], false);
        session.start(wire);
        const functions = Array.from({ length: most + 1 }, (_, nth) => ({ id: `id ${nth}`, name: 'book' }));
        session.onMessage({ type: 'FunctionCallRequest', functions }, wire);
        session.toolResult('id 0', 1);
        session.toolResult(`id ${most}`, 1);
        expect(sent.map(({ name }) => name)).toEqual(['', 'book']);
        session.close();
      },
    },
  ],
  unnamed: [
    {
      holds: 'a time beyond what a timer waits is refused',
      drive() {
        checkedOptions({ limits: { callMs: MAX_TIMER_MS } });
        expect(() => checkedOptions({ limits: { callMs: MAX_TIMER_MS + 1 } })).toThrow(RealtimeError);
      },
    },
  ],
  elsewhere: {
    MAX_CONNECT_MS: 'packages/realtime/test/agents-connect.test.ts',
    MAX_NAMED_RETRIES: 'packages/realtime/test/behaviour.test.ts',
    MAX_HELD_EVENTS: 'packages/realtime/test/prepare.test.ts',
    LEAD_MS: 'packages/realtime/test/behaviour.test.ts',
    CLOSE_WAIT_MS: 'packages/realtime/test/openai.test.ts',
    LAST_REPLY_WAIT_MS: 'packages/realtime/test/agents-end.test.ts',
    MAX_HELD_MS: 'packages/realtime/test/agents.test.ts',
    MAX_QUEUED_MS: 'packages/realtime/test/agents.test.ts',
  },
});
