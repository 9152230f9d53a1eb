import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@hookline/runtime';
import { afterAll } from 'vitest';
import { WebSocket } from 'ws';
import { type Studio, type StudioOptions, startStudio } from '../src/index.js';
import {
  AUDIO_HEADER_BYTES,
  AUDIO_KIND,
  type BridgeMessage,
  type Mark,
  type PageMessage,
  type Row,
  SOCKET_PATH,
  SUBPROTOCOL,
  TOKEN_PREFIX,
} from '../src/messages.js';

type MessageOf<Type extends BridgeMessage['type']> = Extract<BridgeMessage, { type: Type }>;

const folder = mkdtempSync(join(tmpdir(), 'hookline-studio-test-'));
const running: { close(): unknown }[] = [];
afterAll(async () => {
  for (const one of running.reverse()) await one.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Creates a folder that is removed after the tests. */
export const tempFolder = (name: string) => {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  return path;
};

/** Closes something after the tests. */
export function closeAfterTests<T extends { close(): unknown }>(one: T): T {
  running.push(one);
  return one;
}

let studios = 0;

/** Starts a studio with a stub page and a separate history. */
export async function startTestStudio(
  options: Partial<StudioOptions> = {},
): Promise<Studio & { readonly dir: string }> {
  studios += 1;
  const pageDir = tempFolder('page');
  mkdirSync(join(pageDir, 'assets'), { recursive: true });
  writeFileSync(join(pageDir, 'index.html'), '<!doctype html><title>stub</title>');
  writeFileSync(join(pageDir, 'assets', 'page.js'), 'export {};');
  const dir = join(folder, `history-${studios}`);
  const studio = closeAfterTests(await startStudio({ pageDir, dir, ...options }));
  return { ...studio, dir };
}

/** Records everything that the bridge sends to a page. */
export class PageRecorder {
  readonly messages: BridgeMessage[] = [];
  readonly texts: string[] = [];
  /** What the caller hears: positions, samples, and times of arrival. */
  readonly botAudio: { readonly position: number; readonly samples: Int16Array; readonly atMs: number }[] =
    [];

  text(json: string): void {
    this.texts.push(json);
    this.messages.push(JSON.parse(json));
  }

  binary(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (view.getUint8(0) !== AUDIO_KIND.bot) throw new Error(`a binary frame of kind ${bytes[0]}`);
    const samples = new Int16Array((bytes.length - AUDIO_HEADER_BYTES) / 2);
    for (let i = 0; i < samples.length; i++) samples[i] = view.getInt16(AUDIO_HEADER_BYTES + 2 * i, true);
    this.botAudio.push({ position: view.getUint32(4, true), samples, atMs: systemClock.now() });
  }

  of<Type extends BridgeMessage['type']>(type: Type): MessageOf<Type>[] {
    return this.messages.filter((one): one is MessageOf<Type> => one.type === type);
  }

  get marks(): readonly Mark[] {
    return this.of('mark').map(({ mark }) => mark);
  }

  /** The latest version of each row. */
  get rows(): readonly Row[] {
    const rows: Row[] = [];
    for (const message of this.of('rows')) for (const row of message.rows) rows[row.n] = row;
    return rows;
  }

  /** All bot audio, placed by position. */
  get recording(): Int16Array {
    const last = this.botAudio.at(-1);
    const all = new Int16Array(last ? last.position + last.samples.length : 0);
    for (const { position, samples } of this.botAudio) all.set(samples, position);
    return all;
  }
}

/** Microphone audio as the page sends it. */
export function micFrame(position: number, samples: Int16Array): Uint8Array {
  const frame = Buffer.alloc(AUDIO_HEADER_BYTES + 2 * samples.length);
  frame.writeUInt8(AUDIO_KIND.mic, 0);
  frame.writeUInt32LE(position, 4);
  for (const [i, sample] of samples.entries()) frame.writeInt16LE(sample, AUDIO_HEADER_BYTES + 2 * i);
  return frame;
}

/** A scripted page on a real socket. */
export class Page extends PageRecorder {
  readonly ws: WebSocket;
  readonly studio: Studio;
  readonly #waiting: (() => void)[] = [];

  private constructor(studio: Studio, ws: WebSocket) {
    super();
    this.studio = studio;
    this.ws = ws;
    ws.on('message', (bytes: Buffer, isBinary) => {
      if (isBinary) this.binary(bytes);
      else this.text(bytes.toString('utf8'));
      for (const look of this.#waiting.splice(0)) look();
    });
    ws.on('close', () => {
      for (const look of this.#waiting.splice(0)) look();
    });
  }

  static async open(studio: Studio): Promise<Page> {
    const ws = socketTo(studio);
    const page = closeAfterTests(new Page(studio, ws));
    await once(ws, 'open');
    await page.next('welcome');
    return page;
  }

  close(): void {
    this.ws.terminate();
  }

  send(message: PageMessage): void {
    this.ws.send(JSON.stringify(message));
  }

  /** Sends microphone audio. */
  sendMicrophone(position: number, samples: Int16Array): void {
    this.ws.send(micFrame(position, samples));
  }

  /** Waits for the first message of a type that matches, from the message `from` on. */
  async next<Type extends BridgeMessage['type']>(
    type: Type,
    matches: (message: MessageOf<Type>) => boolean = () => true,
    from = 0,
  ): Promise<MessageOf<Type>> {
    const find = () =>
      this.messages
        .slice(from)
        .find((one): one is MessageOf<Type> => one.type === type && matches(one as MessageOf<Type>));
    const refusals = this.of('refused').length;
    for (let found = find(); ; found = find()) {
      if (found) return found;
      const refused = this.of('refused')[refusals];
      if (refused && type !== 'refused') throw new Error(`${type} will not come: ${refused.message}`);
      if (this.ws.readyState !== WebSocket.OPEN) throw new Error(`the socket closed before ${type} arrived`);
      await this.#nextEvent();
    }
  }

  /** Resolves with the next message, or when the socket closes. */
  #nextEvent(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Waits for the first piece of bot audio that matches. */
  async listen(matches: (samples: Int16Array) => boolean) {
    for (;;) {
      const found = this.botAudio.find(({ samples }) => matches(samples));
      if (found) return found;
      await this.#nextEvent();
    }
  }

  state(state: string, from = 0) {
    return this.next('state', (one) => one.state === state, from);
  }

  /** Waits until the call is over and saved. */
  async ended(): Promise<MessageOf<'result'>> {
    const result = await this.next('result');
    await this.next('history', ({ calls }) => calls.some(({ id, live }) => id === result.callId && !live));
    return result;
  }

  /** Sends an API request with the token. */
  get(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.studio.port}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${this.studio.token}`, ...init.headers },
    });
  }

  post(path: string, body: Uint8Array): Promise<Response> {
    const origin = `http://127.0.0.1:${this.studio.port}`;
    return this.get(path, { method: 'POST', body, headers: { origin } });
  }
}

/** Opens a socket as the page does, with overrides. */
export function socketTo(
  studio: Studio,
  overrides: { readonly token?: string; readonly origin?: string | null; readonly host?: string } = {},
): WebSocket {
  const { token = studio.token, origin = `http://127.0.0.1:${studio.port}`, host } = overrides;
  return new WebSocket(`ws://127.0.0.1:${studio.port}${SOCKET_PATH}`, [SUBPROTOCOL, TOKEN_PREFIX + token], {
    ...(origin === null ? {} : { origin }),
    ...(host === undefined ? {} : { headers: { host } }),
  });
}
