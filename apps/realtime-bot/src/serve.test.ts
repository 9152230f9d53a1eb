import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Call, callAudioConnector, defineIntegration, toneCaller } from '@hookline/client';
import { expect, onTestFinished, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';

const script = fileURLToPath(new URL('../dist/serve.js', import.meta.url));
const ENV = {
  PORT: '0',
  HOOKLINE_API_KEY: 'tables',
  HOOKLINE_CLIENT_SECRET: Buffer.from('a client secret for this test only').toString('base64'),
  OPENAI_API_KEY: 'sk-of-this-test',
};
/** The audio of the scripted replies: a byte that does not occur in the bot's silence. */
const REPLY_BYTE = 0x35;

type Json = Record<string, unknown>;

/** A scripted service on loopback that speaks the vendor's protocol. */
class Service {
  readonly received: Json[] = [];
  readonly requests: string[] = [];
  readonly sockets: WebSocket[] = [];
  url = '';
  readonly #waiting = new Set<() => void>();

  async listen(on: (message: Json, service: Service) => void, accept = true): Promise<this> {
    const server = new WebSocketServer({
      port: 0,
      host: '127.0.0.1',
      verifyClient: (_info, answer) => answer(accept, 401),
    });
    onTestFinished(() => {
      for (const client of server.clients) client.terminate();
      server.close();
    });
    await once(server, 'listening');
    this.url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    server.on('connection', (socket, request) => {
      this.sockets.push(socket);
      this.requests.push(`${request.url} ${request.headers.authorization}`);
      socket.on('message', (data) => {
        const message: Json = JSON.parse(String(data));
        this.received.push(message);
        if (message['type'] === 'session.update') this.send({ type: 'session.updated', session: {} });
        on(message, this);
        for (const look of this.#waiting) look();
      });
      this.send({ type: 'session.created', session: {} });
    });
    return this;
  }

  send(message: Json): void {
    this.sockets.at(-1)?.send(JSON.stringify(message));
  }

  reply(id: string, ms: number): void {
    this.send({ type: 'response.created', response: { id } });
    const delta = Buffer.alloc(1600, REPLY_BYTE).toString('base64');
    for (let at = 0; at < ms; at += 200) {
      this.send({ type: 'response.output_audio.delta', response_id: id, item_id: `item-${id}`, delta });
    }
  }

  /** Ends a reply with a tool call. */
  callTool(id: string, name: string, args: Json): void {
    const item = { type: 'function_call', call_id: `call-${id}`, name, arguments: JSON.stringify(args) };
    this.send({ type: 'response.output_item.done', response_id: id, item: { ...item, status: 'completed' } });
    this.send({ type: 'response.done', response: { id, status: 'completed', output: [item] } });
  }

  /** Resolves with the first message of a type, received earlier or later. */
  until(type: string): Promise<Json> {
    return new Promise((resolve) => {
      const check = () => {
        const found = this.received.find((message) => message['type'] === type);
        if (!found) return;
        this.#waiting.delete(check);
        resolve(found);
      };
      this.#waiting.add(check);
      check();
    });
  }
}

/** @param onError - receives each line that the bot prints on stderr */
async function startBot(service: Service, onError = (_line: string) => {}): Promise<string> {
  const env = { ...process.env, ...ENV, OPENAI_BASE_URL: service.url };
  const child: ChildProcess = spawn(process.execPath, [script], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  createInterface(child.stderr as NonNullable<ChildProcess['stderr']>).on('line', onError);
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = await once(createInterface(child.stdout as NonNullable<ChildProcess['stdout']>), 'line');
  const message: Json = JSON.parse(String(line));
  expect(message['type']).toBe('listening');
  return String(message['url']);
}

/** Starts a caller that counts the milliseconds of the bot's replies it has heard. */
function caller(url: string, onHeard: (ms: number) => void = () => {}): { call: Call; heardMs(): number } {
  let samples = 0;
  const call = callAudioConnector({
    integration: defineIntegration({
      baseConnectionUri: url,
      apiKey: ENV.HOOKLINE_API_KEY,
      clientSecret: ENV.HOOKLINE_CLIENT_SECRET,
    }),
    caller: toneCaller({ durationMs: 10_000 }),
    sink: {
      event: () => {},
      audio: () => {},
      heard: (_t: number, bytes: Uint8Array) => {
        for (const byte of bytes) {
          if (byte !== REPLY_BYTE) continue;
          samples += 1;
          if (samples % 8 === 0) onHeard(samples / 8);
        }
      },
    },
  });
  return { call, heardMs: () => samples / 8 };
}

test('returns the reservation of the model to the flow after the goodbye was heard', async () => {
  const service = await new Service().listen((message, service) => {
    if (message['type'] !== 'response.create') return;
    service.reply('r1', 1000);
    service.callTool('r1', 'end_call', { reservation: '4 people, Friday at 8' });
  });
  const url = await startBot(service);
  expect(new URL(url).pathname).toBe('/voice');
  const { call, heardMs } = caller(url);
  expect(await call.result).toMatchObject({
    path: 'success',
    outputs: { reservation: '4 people, Friday at 8' },
    underruns: 0,
  });
  expect(heardMs()).toBe(1000);
  expect(service.requests).toEqual(['/v1/realtime?model=gpt-realtime Bearer sk-of-this-test']);
  expect(service.received[0]).toMatchObject({
    session: {
      audio: { input: { format: { type: 'audio/pcmu' } }, output: { voice: 'marin' } },
      tools: [{ name: 'end_call' }, { name: 'transfer' }],
    },
  });
});

test('returns the target of a transfer to the flow', async () => {
  const service = await new Service().listen((message, service) => {
    if (message['type'] !== 'response.create') return;
    service.reply('r1', 200);
    service.callTool('r1', 'transfer', { target: 'agent' });
  });
  const { call } = caller(await startBot(service));
  expect(await call.result).toMatchObject({ path: 'success', outputs: { transfer_to: 'agent' } });
});

// It compares times of three processes: a busy machine delays one of them now and then.
test('reports to the service how much of an interrupted reply was heard, and stops playing it', {
  retry: 2,
}, async () => {
  const service = await new Service().listen((message, service) => {
    if (message['type'] === 'response.create') service.reply('r1', 4000);
    if (message['type'] !== 'conversation.item.truncate') return;
    service.send({ type: 'response.done', response: { id: 'r1', status: 'cancelled', output: [] } });
    service.reply('r2', 0);
    service.callTool('r2', 'end_call', { reservation: 'none' });
  });
  const { call, heardMs } = caller(await startBot(service), (ms) => {
    if (ms === 1000) service.send({ type: 'input_audio_buffer.speech_started', audio_start_ms: 0 });
  });
  expect(await call.result).toMatchObject({ path: 'success', bargeIns: 1 });
  const cut = await service.until('conversation.item.truncate');
  expect(cut).toMatchObject({ item_id: 'item-r1', content_index: 0 });
  expect(heardMs()).toBeLessThan(1500);
  expect(Math.abs(Number(cut['audio_end_ms']) - heardMs())).toBeLessThanOrEqual(40);
});

test("closes the service's socket within 100 ms when the caller hangs up", async () => {
  const service = await new Service().listen((message, service) => {
    if (message['type'] === 'response.create') service.reply('r1', 4000);
  });
  const { call } = caller(await startBot(service));
  await new Promise<void>((resolve) => call.on('playbackStarted', () => resolve()));
  const socket = service.sockets[0];
  if (!socket) throw new Error('The service was not called.');
  const closed = once(socket, 'close');
  const hungUpAt = performance.now();
  call.hangup();
  await closed;
  expect(performance.now() - hungUpAt).toBeLessThan(100);
  expect(await call.result).toMatchObject({ path: 'disconnected' });
});

test('takes the failure path with an error message when the service rejects the key', async () => {
  const service = await new Service().listen(() => {}, false);
  let onLine = (_line: string) => {};
  const printed = new Promise<string>((resolve) => {
    onLine = resolve;
  });
  const { call } = caller(await startBot(service, onLine));
  const result = await call.result;
  expect(result).toMatchObject({ path: 'failure', cause: 'bot-error' });
  expect(JSON.stringify(result)).toContain('the voice service does not accept the credentials');
  const line = await printed;
  expect(JSON.parse(line)).toMatchObject({
    level: 'error',
    message: 'a realtime session failed',
    error: `openai at ${service.url}/realtime answered the upgrade with HTTP 401; expected 101.`,
  });
  expect(line).not.toContain(ENV.OPENAI_API_KEY);
});

test.concurrent.each([
  ['HOOKLINE_API_KEY', ''],
  ['HOOKLINE_CLIENT_SECRET', ''],
  ['OPENAI_API_KEY', ''],
  ['HOOKLINE_API_KEY', 'tables\n'],
  ['HOOKLINE_CLIENT_SECRET', 'YSBzZWNyZXQ=\n'],
  ['OPENAI_API_KEY', 'sk-of-this-test\n'],
  ['PORT', '80a'],
  ['PORT', '-1'],
  ['HOST', 'no host'],
  ['OPENAI_BASE_URL', 'ftp://127.0.0.1'],
])('exits with 2 and one sentence when %s is %j', async (name, value) => {
  const run = promisify(execFile)(process.execPath, [script], {
    env: { ...process.env, ...ENV, [name]: value },
  });
  const { code, stdout, stderr } = await run.then(
    () => ({ code: 0, stdout: '', stderr: '' }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^realtime-bot: [^\n]*expected[^\n]*\n$/);
  expect(stderr).toContain(name === 'OPENAI_BASE_URL' ? 'ws: or wss:' : name);
});

test('is an example of at most 60 lines', async () => {
  const source = await readFile(new URL('serve.ts', import.meta.url), 'utf8');
  expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(60);
});
