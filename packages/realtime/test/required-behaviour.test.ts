import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Call, callAudioConnector, defineIntegration, silenceCaller } from '@hookline/client';
import { type Bot, createBot } from '@hookline/server';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { endCall, type RealtimeOptions, realtime, startRealtime, tool } from '../src/index.js';
import { openai } from '../src/openai/index.js';

type Json = Record<string, unknown>;

const SECRET = new TextEncoder().encode('of the calls of this test');
const OLD = 0x11;
const NEW = 0x22;
/** A caller frame, the unit in which heard audio is counted. */
const FRAME_MS = 20;

const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

type WhenOver = (clean: () => void | Promise<void>) => void;

/** A scripted speech service with OpenAI's documented protocol. */
class SpeechService {
  readonly received: Json[] = [];
  readonly sockets: WebSocket[] = [];
  readonly closed: { readonly code: number; readonly at: number }[] = [];
  url = '';
  /** The time from the settings until it is ready. */
  readyMs = 0;
  refuses = false;
  /** Called when a reply is requested. */
  answers: (socket: WebSocket) => void = () => {};
  readonly #waiting = new Set<() => void>();

  async listen(whenOver: WhenOver = onTestFinished): Promise<this> {
    const server = new WebSocketServer({
      port: 0,
      host: '127.0.0.1',
      verifyClient: (_info, answer) => answer(!this.refuses, 503),
    });
    await once(server, 'listening');
    whenOver(() => {
      for (const client of server.clients) client.terminate();
      server.close();
    });
    this.url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    server.on('connection', (socket) => {
      this.sockets.push(socket);
      socket.on('close', (code) => {
        this.closed.push({ code, at: performance.now() });
        this.#look();
      });
      socket.on('message', (data) => {
        const message: Json = JSON.parse(String(data));
        this.received.push(message);
        if (message['type'] === 'session.update') {
          const ready = () => socket.send('{"type":"session.updated","session":{}}');
          if (this.readyMs > 0) setTimeout(ready, this.readyMs);
          else ready();
        }
        if (message['type'] === 'response.create') this.answers(socket);
        this.#look();
      });
      socket.send('{"type":"session.created","session":{}}');
      this.#look();
    });
    return this;
  }

  send(message: Json, socket = this.sockets.at(-1)): void {
    socket?.send(JSON.stringify(message));
  }

  delta(id: string, bytes: Uint8Array, item = `${id}-item`, socket = this.sockets.at(-1)): void {
    const delta = Buffer.from(bytes).toString('base64');
    const of = { response_id: id, item_id: item, content_index: 0 };
    this.send({ type: 'response.output_audio.delta', ...of, delta }, socket);
  }

  begin(id: string, socket = this.sockets.at(-1)): void {
    this.send({ type: 'response.created', response: { id, status: 'in_progress' } }, socket);
  }

  done(id: string, status = 'completed', socket = this.sockets.at(-1)): void {
    this.send({ type: 'response.done', response: { id, status, output: [] } }, socket);
  }

  /** Sends a reply of one repeated byte, much faster than real time, like real services. */
  say(id: string, ms: number, byte: number, socket = this.sockets.at(-1)): void {
    this.begin(id, socket);
    for (let at = 0; at < ms; at += 400) {
      this.delta(id, new Uint8Array(Math.min(400, ms - at) * 8).fill(byte), `${id}-item`, socket);
    }
    this.done(id, 'completed', socket);
  }

  words(id: string, transcript: string): void {
    this.send({
      type: 'response.output_audio_transcript.done',
      response_id: id,
      item_id: `${id}-item`,
      transcript,
    });
  }

  use(name: string, args: Json): void {
    const item = { type: 'function_call', call_id: name, name, arguments: JSON.stringify(args) };
    this.send({
      type: 'response.output_item.done',
      response_id: name,
      item: { ...item, status: 'completed' },
    });
    this.send({ type: 'response.done', response: { id: name, status: 'completed', output: [item] } });
  }

  of(type: string): Json[] {
    return this.received.filter((message) => message['type'] === type);
  }

  /** All caller audio that arrived. */
  get audio(): Buffer {
    const pieces = this.of('input_audio_buffer.append').map(({ audio }) =>
      Buffer.from(String(audio), 'base64'),
    );
    return Buffer.concat(pieces);
  }

  /** Resolves when `is` returns true, which is checked after each message and each change of a connection. */
  until(is: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!is()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  #look(): void {
    for (const look of [...this.#waiting]) look();
  }
}

/** A proxy to a port with this latency in each direction. Resolves with its own port. */
async function slowLine(port: number, oneWayMs: number, whenOver: WhenOver): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((from) => {
    const to = connect(port, '127.0.0.1');
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(one);
      one.setNoDelay(true);
      one.on('error', () => {});
      one.on('data', (bytes) => setTimeout(() => other.writable && other.write(bytes), oneWayMs));
      one.on('close', () => setTimeout(() => other.destroy(), oneWayMs));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  whenOver(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Records what the caller heard and the events of the bot, and waits for heard audio. */
class HeardAudio {
  readonly pieces: Uint8Array[] = [];
  readonly messages: string[] = [];
  readonly #samples = new Uint32Array(256);
  readonly #alarms: { readonly byte: number; readonly ms: number; readonly ring: () => void }[] = [];

  readonly event = (event: { kind: string; dir?: string; text?: string }): void => {
    if (event.kind === 'message' && event.dir === 'in') this.messages.push(event.text ?? '');
  };
  readonly audio = (): void => {};
  readonly heard = (_t: number, bytes: Uint8Array): void => {
    this.pieces.push(Uint8Array.from(bytes));
    for (const byte of bytes) this.#samples[byte] = (this.#samples[byte] ?? 0) + 1;
    for (const alarm of [...this.#alarms]) {
      if (this.heardMs(alarm.byte) < alarm.ms) continue;
      this.#alarms.splice(this.#alarms.indexOf(alarm), 1);
      alarm.ring();
    }
  };

  heardMs(byte: number): number {
    return (this.#samples[byte] ?? 0) / 8;
  }

  bargeIns(): number {
    return this.messages.filter((text) => text.includes('"type":"barge_in"')).length;
  }

  until(byte: number, ms: number): Promise<void> {
    return new Promise((ring) => this.#alarms.push({ byte, ms, ring }));
  }
}

interface Called {
  readonly bot: Bot;
  readonly call: Call;
  readonly heardAudio: HeardAudio;
}

async function botOn(
  service: SpeechService,
  options: RealtimeOptions,
  whenOver: WhenOver,
): Promise<{ bot: Bot; port: number }> {
  const bot = createBot({ auth: { tables: SECRET } }, (call) =>
    realtime(call, openai({ apiKey: 'k', url: service.url }), options),
  );
  const { port, close } = await bot.listen(0, { host: '127.0.0.1' });
  whenOver(close);
  return { bot, port };
}

function callTo(port: number, caller?: Iterable<Uint8Array>): { call: Call; heardAudio: HeardAudio } {
  const heardAudio = new HeardAudio();
  const call = callAudioConnector({
    integration: defineIntegration({
      baseConnectionUri: `ws://127.0.0.1:${port}`,
      apiKey: 'tables',
      clientSecret: SECRET,
    }),
    caller: caller ?? silenceCaller(20_000),
    sink: heardAudio as never,
  });
  return { call, heardAudio };
}

/** A call over the real client and server, with this round-trip time. */
async function called(
  service: SpeechService,
  { rttMs = 0, caller, ...options }: RealtimeOptions & { rttMs?: number; caller?: Iterable<Uint8Array> } = {},
  whenOver: WhenOver = onTestFinished,
): Promise<Called> {
  const { bot, port } = await botOn(service, { greeting: 'caller', ...options }, whenOver);
  const line = rttMs === 0 ? port : await slowLine(port, rttMs / 2, whenOver);
  return { bot, ...callTo(line, caller) };
}

const rest = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Numbers the caller's samples, so that no two parts are equal. */
function* spoken(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 160) yield bytes.subarray(at, at + 160);
}

// Real sockets on a shared machine: a measurement that the machine delays is repeated.
const MEASURED = { retry: 3 };

beforeAll(async () => {
  // The first call of a process, and its first interruption, load and compile their code.
  const service = await new SpeechService().listen(afterAll);
  const { call, heardAudio } = await called(service, {}, afterAll);
  await service.until(() => service.of('session.update').length > 0);
  service.say('r1', 4000, NEW);
  await heardAudio.until(NEW, 300);
  service.send({ type: 'input_audio_buffer.speech_started', audio_start_ms: 0 });
  await service.until(() => service.of('conversation.item.truncate').length > 0);
  call.hangup();
  await call.closed;
});

describe.concurrent('an interruption over sockets', () => {
  test.for([0, 120, 300].flatMap((rttMs) => [[200, 1000], [600]].map((heardMs) => ({ rttMs, heardMs }))))(
    'at a round trip of $rttMs ms, with $heardMs ms heard of one reply after the other, truncates within 20 ms of what the recording shows',
    MEASURED,
    async ({ rttMs, heardMs }, { onTestFinished: whenOver }) => {
      const service = await new SpeechService().listen(whenOver);
      const { call, heardAudio } = await called(service, { rttMs }, whenOver);
      await service.until(() => service.of('session.update').length > 0);
      for (const [nth, atMs] of heardMs.entries()) {
        const byte = OLD + nth;
        service.say(`r${nth}`, 8000, byte);
        await heardAudio.until(byte, atMs);
        service.send({ type: 'input_audio_buffer.speech_started', audio_start_ms: 0 });
        await service.until(() => service.of('conversation.item.truncate').length > nth);
        service.send({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: 0 });
        await rest(rttMs + 200);
        const truncated = service.of('conversation.item.truncate')[nth];
        expect(truncated).toMatchObject({ item_id: `r${nth}-item`, content_index: 0 });
        expect(Math.abs(Number(truncated?.['audio_end_ms']) - heardAudio.heardMs(byte))).toBeLessThanOrEqual(
          FRAME_MS,
        );
        expect(heardAudio.bargeIns()).toBe(nth + 1);
      }
      call.hangup();
      await call.closed;
    },
  );
});

describe.concurrent('an interruption', () => {
  test('plays nothing of the old reply, even if audio arrives late, and sends exactly one barge_in', async ({
    onTestFinished: whenOver,
  }) => {
    const service = await new SpeechService().listen(whenOver);
    const { call, heardAudio } = await called(service, { rttMs: 120 }, whenOver);
    await service.until(() => service.of('session.update').length > 0);
    const late = () => {
      service.delta('r1', new Uint8Array(3200).fill(OLD));
      service.delta('r1', new Uint8Array(3200).fill(OLD), 'another item');
    };
    service.begin('r1');
    service.delta('r1', new Uint8Array(16_000).fill(OLD));
    await heardAudio.until(OLD, 500);
    late();
    service.send({ type: 'input_audio_buffer.speech_started', audio_start_ms: 0 });
    late();
    await service.until(() => service.of('conversation.item.truncate').length > 0);
    late();
    service.begin('r1');
    late();
    service.send({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: 200 });
    service.done('r1', 'cancelled');
    late();
    await rest(150);
    const heardMs = heardAudio.heardMs(OLD);
    service.begin('r2');
    late();
    service.delta('r2', new Uint8Array(2400).fill(NEW));
    late();
    service.delta('r2', new Uint8Array(2400).fill(NEW));
    service.done('r2');
    late();
    await heardAudio.until(NEW, 600);
    await rest(100);
    expect(heardAudio.heardMs(OLD)).toBe(heardMs);
    expect(heardAudio.heardMs(NEW)).toBe(600);
    expect(heardAudio.bargeIns()).toBe(1);
    // Nothing was heard of the second item, which was queued after the first.
    const cuts = service.of('conversation.item.truncate').map((cut) => [cut['item_id'], cut['audio_end_ms']]);
    expect(cuts).toEqual([
      ['r1-item', expect.any(Number)],
      ['another item', 0],
    ]);
    call.hangup();
    await call.closed;
  });
});

test.concurrent('mu-law bytes are identical in both directions, and the first words of the caller arrive although the service is not ready', async ({
  onTestFinished: whenOver,
}) => {
  const callerAudio = randomBytes(8 * 1500);
  const reply = randomBytes(8 * 1000);
  const service = await new SpeechService().listen(whenOver);
  service.readyMs = 1000;
  const { call, heardAudio } = await called(service, { caller: spoken(callerAudio) }, whenOver);
  await service.until(() => service.audio.length >= callerAudio.length);
  service.begin('r1');
  for (let at = 0; at < reply.length; at += 1111) service.delta('r1', reply.subarray(at, at + 1111));
  service.done('r1');
  await vi.waitFor(
    () => expect(Buffer.concat(heardAudio.pieces).length).toBeGreaterThanOrEqual(reply.length),
    4000,
  );
  expect(sha(service.audio.subarray(0, callerAudio.length))).toBe(sha(callerAudio));
  const heard = Buffer.concat(heardAudio.pieces);
  const from = heard.indexOf(reply.subarray(0, 100));
  expect(sha(heard.subarray(from, from + reply.length))).toBe(sha(reply));
  call.hangup();
  await call.closed;
});

describe.concurrent('a service that dies mid-reply', () => {
  test('is dialled again with the history', async ({ onTestFinished: whenOver }) => {
    const service = await new SpeechService().listen(whenOver);
    const { call, heardAudio } = await called(service, {}, whenOver);
    await service.until(() => service.of('session.update').length > 0);
    service.send({
      type: 'conversation.item.input_audio_transcription.completed',
      item_id: 'c1',
      transcript: 'A table, please.',
    });
    service.begin('r1');
    service.words('r1', 'For how many?');
    service.delta('r1', new Uint8Array(4800).fill(OLD));
    await heardAudio.until(OLD, 200);
    service.sockets[0]?.terminate();
    await service.until(() => service.of('response.create').length > 0);
    expect(service.sockets).toHaveLength(2);
    const items = service.of('conversation.item.create').map(({ item }) => item);
    expect(items).toEqual([
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'A table, please.' }] },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'For how many?' }] },
    ]);
    service.say('r2', 400, NEW);
    await heardAudio.until(NEW, 400);
    // The received part of the reply was heard to its end.
    expect(heardAudio.heardMs(OLD)).toBe(600);
    call.hangup();
    await call.closed;
  });

  test('permanently causes the failure path, with its message and the collected outputs', async ({
    onTestFinished: whenOver,
  }) => {
    const service = await new SpeechService().listen(whenOver);
    const collect = tool({
      description: 'Keeps the name.',
      parameters: { type: 'object' as const },
      run: (_args, { outputs }) => outputs.set('name', 'Ada'),
    });
    const { call, heardAudio } = await called(service, { tools: { collect } }, whenOver);
    await service.until(() => service.of('session.update').length > 0);
    service.use('collect', {});
    await service.until(() => service.of('response.create').length > 0);
    service.say('r1', 300, OLD);
    await heardAudio.until(OLD, 100);
    service.refuses = true;
    service.sockets[0]?.terminate();
    const result = await call.result;
    expect(result).toMatchObject({ path: 'failure', discardedOutputs: { name: 'Ada' } });
    expect(JSON.stringify(result)).toContain('the connection to the voice service was lost');
    await call.closed;
  });
});

test("hang-up closes the service's socket within 100 ms", MEASURED, async () => {
  const service = await new SpeechService().listen();
  const { call, heardAudio } = await called(service);
  await service.until(() => service.of('session.update').length > 0);
  service.say('r1', 4000, OLD);
  await heardAudio.until(OLD, 100);
  const hungUpAt = performance.now();
  call.hangup();
  await service.until(() => service.closed.length > 0);
  expect((service.closed[0]?.at ?? Number.POSITIVE_INFINITY) - hungUpAt).toBeLessThan(100);
  await call.closed;
});

test('200 calls leave no sockets, timers or memory', { timeout: 60_000 }, async () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const service = await new SpeechService().listen();
  const sessions: WeakRef<object>[] = [];
  const bot = createBot({ auth: { tables: SECRET } }, (call) => {
    const session = startRealtime(call, openai({ apiKey: 'k', url: service.url }), {
      tools: { end_call: endCall() },
    });
    sessions.push(new WeakRef(session), new WeakRef(call));
    return session.result;
  });
  const { port, close } = await bot.listen(0, { host: '127.0.0.1' });
  const resources = () =>
    process.getActiveResourcesInfo().filter((name) => /TCPSocket|Timeout/.test(name)).length;
  await rest(50);
  const before = resources();
  service.answers = (socket) => service.say('r1', 200, OLD, socket);
  const one = async (nth: number) => {
    const { call, heardAudio } = callTo(port);
    await heardAudio.until(OLD, 40);
    if (nth % 4 === 0) service.sockets[nth]?.terminate();
    call.hangup();
    await call.closed;
  };
  for (let nth = 0; nth < 200; nth += 20) {
    await Promise.all(Array.from({ length: 20 }, (_, more) => one(nth + more)));
  }
  await vi.waitFor(() => expect(service.closed.length).toBe(service.sockets.length), 3000);
  await vi.waitFor(() => expect(bot.sessions).toBe(0), 3000);
  await vi.waitFor(() => expect(resources()).toBeLessThanOrEqual(before), 3000);
  expect(service.sockets.length).toBeGreaterThanOrEqual(200);
  for (let round = 0; round < 5; round++) {
    collect();
    await rest(10);
  }
  // Caches may still hold the last few.
  expect(sessions.filter((ref) => ref.deref()).length).toBeLessThanOrEqual(4);
  await close();
});
