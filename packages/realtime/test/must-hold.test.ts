import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Call, callAudioConnector, defineIntegration, silenceCaller } from '@hookline/client';
import { type Bot, createBot } from '@hookline/server';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { endCall, type RealtimeOptions, realtime, tool } from '../src/index.js';
import { openai } from '../src/openai/index.js';

type Json = Record<string, unknown>;

const SECRET = new TextEncoder().encode('of the calls of this test');
const OLD = 0x11;
const NEW = 0x22;
/** A frame of the caller's: in which what was heard is counted. */
const FRAME_MS = 20;

const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A speech service that speaks OpenAI's protocol as its pages say, and does what it is told. */
class SpeechService {
  readonly received: Json[] = [];
  readonly sockets: WebSocket[] = [];
  readonly closed: { readonly code: number; readonly at: number }[] = [];
  url = '';
  /** How long after the settings it is ready. */
  readyMs = 0;
  refuses = false;
  readonly #waiting = new Set<() => void>();

  async listen(): Promise<this> {
    const server = new WebSocketServer({
      port: 0,
      host: '127.0.0.1',
      verifyClient: (_info, answer) => answer(!this.refuses, 503),
    });
    await once(server, 'listening');
    onTestFinished(() => {
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

  delta(id: string, bytes: Uint8Array, item = `${id}-item`): void {
    const delta = Buffer.from(bytes).toString('base64');
    this.send({ type: 'response.output_audio.delta', response_id: id, item_id: item, content_index: 0, delta });
  }

  begin(id: string): void {
    this.send({ type: 'response.created', response: { id, status: 'in_progress' } });
  }

  done(id: string, status = 'completed'): void {
    this.send({ type: 'response.done', response: { id, status, output: [] } });
  }

  /** A reply of one byte, made much faster than it is heard, as services do. */
  say(id: string, ms: number, byte: number): void {
    this.begin(id);
    for (let at = 0; at < ms; at += 400) this.delta(id, new Uint8Array(Math.min(400, ms - at) * 8).fill(byte));
    this.done(id);
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
    this.send({ type: 'response.output_item.done', response_id: name, item: { ...item, status: 'completed' } });
    this.send({ type: 'response.done', response: { id: name, status: 'completed', output: [item] } });
  }

  of(type: string): Json[] {
    return this.received.filter((message) => message['type'] === type);
  }

  /** All caller audio that arrived. */
  get audio(): Buffer {
    const pieces = this.of('input_audio_buffer.append').map(({ audio }) => Buffer.from(String(audio), 'base64'));
    return Buffer.concat(pieces);
  }

  /** Resolves when `is` holds, which is asked after each message and each change of a connection. */
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

/** A line to a port on which everything takes so long, each way. Resolves with its own port. */
async function slowLine(port: number, oneWayMs: number): Promise<number> {
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
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** What the caller heard, what the bot told, and when so much of a byte was heard. */
class Ear {
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
  readonly ear: Ear;
}

async function botOn(service: SpeechService, options: RealtimeOptions): Promise<{ bot: Bot; port: number }> {
  const bot = createBot({ auth: { tables: SECRET } }, (call) =>
    realtime(call, openai({ apiKey: 'k', url: service.url }), options),
  );
  const { port, close } = await bot.listen(0, { host: '127.0.0.1' });
  onTestFinished(close);
  return { bot, port };
}

function callTo(port: number, caller?: Iterable<Uint8Array>): { call: Call; ear: Ear } {
  const ear = new Ear();
  const call = callAudioConnector({
    integration: defineIntegration({
      baseConnectionUri: `ws://127.0.0.1:${port}`,
      apiKey: 'tables',
      clientSecret: SECRET,
    }),
    caller: caller ?? silenceCaller(20_000),
    sink: ear as never,
  });
  return { call, ear };
}

/** A call over the real client and server, on a line of that round trip. */
async function called(
  service: SpeechService,
  { rttMs = 0, caller, ...options }: RealtimeOptions & { rttMs?: number; caller?: Iterable<Uint8Array> } = {},
): Promise<Called> {
  const { bot, port } = await botOn(service, { greeting: 'caller', ...options });
  const line = rttMs === 0 ? port : await slowLine(port, rttMs / 2);
  return { bot, ...callTo(line, caller) };
}

const rest = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

describe('an interruption over sockets', () => {
  test.each(
    [0, 120, 300].flatMap((rttMs) => [200, 600, 1500, 3000].map((atMs) => ({ rttMs, atMs }))),
  )('at a round trip of $rttMs ms, with $atMs ms heard, truncates within 20 ms of what the recording shows', async ({
    rttMs,
    atMs,
  }) => {
    const service = await new SpeechService().listen();
    const { call, ear } = await called(service, { rttMs });
    await service.until(() => service.of('session.update').length > 0);
    service.say('r1', 8000, OLD);
    await ear.until(OLD, atMs);
    service.send({ type: 'input_audio_buffer.speech_started', audio_start_ms: 0 });
    await service.until(() => service.of('conversation.item.truncate').length > 0);
    await rest(rttMs + 400);
    call.hangup();
    const [truncated] = service.of('conversation.item.truncate');
    expect(truncated).toMatchObject({ item_id: 'r1-item', content_index: 0 });
    expect(Math.abs(Number(truncated?.['audio_end_ms']) - ear.heardMs(OLD))).toBeLessThanOrEqual(FRAME_MS);
    expect(ear.bargeIns()).toBe(1);
    await call.closed;
  });
});
