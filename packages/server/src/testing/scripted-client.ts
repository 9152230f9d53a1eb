import { BYTES_PER_MS } from '@hookline/audio';
import {
  type ClientMessageType,
  type ClientParameters,
  decodeServerMessage,
  durationFromMs,
  encodeClientMessage,
  NULL_UUID,
  PCMU_EXTERNAL,
  type ServerMessage,
  type ServerMessageOf,
  type ServerMessageType,
} from '@hookline/protocol';
import { sign } from '@hookline/protocol/signature';
import {
  type Cancel,
  type Clock,
  checkArgument,
  HooklineError,
  type Transport,
  type TransportEnd,
  type TransportListener,
} from '@hookline/runtime';
import type { Bot } from '../bot.js';
import { AutoPlayer } from './auto-player.js';

/** The error codes of the scripted client in `./testing`. */
export type ScriptErrorCode =
  /** The bot refused the upgrade of the scripted client. */
  'SCRIPT_REFUSED';

/** Options of `ScriptedClient.dial`. */
export interface ScriptedDial {
  /** The bot's clock. */
  readonly clock: Clock;
  /** Path and query; default `/`. */
  readonly url?: string;
  /** The API key; default `test-key`. */
  readonly apiKey?: string;
  /** Signs the request with this secret; default unsigned. */
  readonly secret?: string | Uint8Array;
  /** Headers that replace the default ones; `undefined` leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** One-way delay in milliseconds; default 0. */
  readonly latencyMs?: number;
  /** Whether to play bot audio and report it; default true. */
  readonly plays?: boolean;
}

/** Fields that replace those of a message's envelope, to break the rules. */
export interface EnvelopeOverrides {
  readonly id?: string;
  readonly seq?: number;
  readonly serverseq?: number;
  readonly position?: string;
}

/** A frame of bot audio and the time of its arrival. */
export interface ReceivedFrame {
  readonly atMs: number;
  readonly bytes: Uint8Array;
}

/** A server message and the time of its arrival. */
export interface ReceivedMessage {
  readonly atMs: number;
  readonly message: ServerMessage;
}

const ORGANIZATION_ID = 'd7934305-0972-4844-938e-9060eef73d05';
const SESSION_ID = '30b0e395-84d3-4570-ac13-9a62d8f514c0';
const CONVERSATION_ID = '5c6a9a1e-8f0b-4f5a-9d3c-2f4b8a1d7e60';

/** The parameters of `open` for an ordinary call. */
function openParameters(replaced: Partial<ClientParameters<'open'>>): ClientParameters<'open'> {
  return {
    organizationId: ORGANIZATION_ID,
    conversationId: CONVERSATION_ID,
    participant: { id: CONVERSATION_ID, ani: '+15550001', aniName: 'Ann', dnis: '+18000002' },
    media: [PCMU_EXTERNAL],
    language: 'en-US',
    ...replaced,
  };
}

/** The text of an ordinary `open`, for a socket that was dialled with `dialHeaders`. */
export function encodeOpen(parameters: Partial<ClientParameters<'open'>> = {}): string {
  const envelope = { id: SESSION_ID, seq: 1, serverseq: 0, position: 'PT0S' };
  return encodeClientMessage('open', envelope, openParameters(parameters));
}

/** The headers of an upgrade request as Genesys sends them, signed if there is a secret. */
export function dialHeaders(dial: ScriptedDial): Record<string, string> {
  checkArgument('SERVER_BAD_OPTION', 'dialHeaders: dial', dial, 'object');
  const { apiKey = 'test-key', secret, url = '/' } = dial;
  const signed = secret
    ? sign({
        requestTarget: url,
        authority: 'bot.example.com',
        headers: {
          organizationId: ORGANIZATION_ID,
          sessionId: SESSION_ID,
          correlationId: CONVERSATION_ID,
          apiKey,
        },
        secret,
        created: Math.floor(dial.clock.wall() / 1000),
      }).headers
    : {};
  const headers: Record<string, string> = {};
  const all = {
    Host: 'bot.example.com',
    'Audiohook-Organization-Id': ORGANIZATION_ID,
    'Audiohook-Session-Id': SESSION_ID,
    'Audiohook-Correlation-Id': CONVERSATION_ID,
    'X-API-KEY': apiKey,
    ...signed,
    ...dial.headers,
  };
  for (const [name, value] of Object.entries(all)) if (value !== undefined) headers[name] = value;
  return headers;
}

/**
 * A scripted stand-in for Genesys: dials a bot, sends any message, text or bytes, and records what comes back. It keeps
 * the counters and plays bot audio, but does not check whether a message is legal.
 */
export class ScriptedClient implements TransportListener {
  /** What the server sent, in order. */
  readonly messages: ReceivedMessage[] = [];
  /** Bot audio, frame by frame. */
  readonly frames: ReceivedFrame[] = [];
  /** Text frames that are not server messages. */
  readonly garbage: string[] = [];
  readonly transport: Transport;
  readonly player: AutoPlayer;
  /** How the connection ended, once it has. */
  end: TransportEnd | undefined;
  id = SESSION_ID;
  seq = 0;
  serverseq = 0;
  readonly #clock: Clock;
  readonly #plays: boolean;
  readonly #streams: Cancel[] = [];
  #audioMs = 0;

  private constructor(transport: Transport, dial: ScriptedDial) {
    this.transport = transport;
    this.#clock = dial.clock;
    this.#plays = dial.plays ?? true;
    this.player = new AutoPlayer(dial.clock, (type) => this.send(type, {}));
    transport.listen(this);
  }

  /**
   * Dials a bot in memory.
   *
   * @throws HooklineError `SCRIPT_REFUSED` with the status and the body of the response
   */
  static async dial(bot: Pick<Bot, 'inject'>, dial: ScriptedDial): Promise<ScriptedClient> {
    checkArgument('SERVER_BAD_OPTION', 'ScriptedClient.dial: bot', bot, { inject: 'function' });
    const result = await bot.inject({
      url: dial.url ?? '/',
      headers: dialHeaders(dial),
      ...(dial.latencyMs === undefined ? {} : { latencyMs: dial.latencyMs }),
    });
    if (result.accepted) return new ScriptedClient(result.transport, dial);
    throw new HooklineError<ScriptErrorCode>(
      'SCRIPT_REFUSED',
      `refused with ${result.status}: ${result.body.trim()}`,
    );
  }

  /** The position of the caller's stream, in milliseconds. */
  get positionMs(): number {
    return this.#audioMs;
  }

  /** The types of the messages received, in order. */
  get types(): ServerMessageType[] {
    return this.messages.map(({ message }) => message.type);
  }

  /** Returns the messages received of one type, in order. */
  all<T extends ServerMessageType>(type: T): ServerMessageOf<T>[] {
    return this.messages.flatMap(({ message }) => (isOf(message, type) ? [message] : []));
  }

  /** Returns the last message received of one type, or undefined. */
  last<T extends ServerMessageType>(type: T): ServerMessageOf<T> | undefined {
    return this.all(type).at(-1);
  }

  /** How much PCMU audio was received, in milliseconds. */
  get botAudioMs(): number {
    return this.frames.reduce((sum, { bytes }) => sum + bytes.length / BYTES_PER_MS, 0);
  }

  /** Sends `open` of an ordinary call; `parameters` replace the default ones. */
  open(parameters: Partial<ClientParameters<'open'>> = {}): void {
    this.send('open', openParameters(parameters));
  }

  /** Sends the `open` of a connection probe. */
  openProbe(parameters: Partial<ClientParameters<'open'>> = {}): void {
    this.open({
      conversationId: NULL_UUID,
      participant: { id: NULL_UUID, ani: '', aniName: '', dnis: '' },
      ...parameters,
    });
  }

  /** Sends a message with the next `seq`. A `seq` in `overrides` does not change the counter. */
  send<T extends ClientMessageType>(
    type: T,
    parameters: ClientParameters<T>,
    overrides: EnvelopeOverrides = {},
  ): void {
    if (overrides.seq === undefined) this.seq += 1;
    const position = durationFromMs(this.#audioMs);
    const envelope = { id: this.id, seq: this.seq, serverseq: this.serverseq, position, ...overrides };
    this.transport.sendText(encodeClientMessage(type, envelope, parameters));
  }

  /** Sends a text frame as it is. */
  sendText(text: string): void {
    this.transport.sendText(text);
  }

  /** Sends caller audio, by default 200 ms of µ-law silence. */
  sendAudio(bytes: Uint8Array = new Uint8Array(1600).fill(0xff)): void {
    this.#audioMs += bytes.length / BYTES_PER_MS;
    this.transport.sendBinary(bytes);
  }

  /** Sends caller audio in real time, a frame every `frameMs`, until the returned function is called. */
  stream(frameMs = 200, bytes: Uint8Array = new Uint8Array(frameMs * 8).fill(0xff)): () => void {
    let cancel: Cancel = () => {};
    const later = () => {
      cancel = this.#clock.after(frameMs, () => {
        this.sendAudio(bytes);
        later();
      });
    };
    later();
    const stop = () => cancel();
    this.#streams.push(stop);
    return stop;
  }

  text(text: string): void {
    const decoded = decodeServerMessage(text);
    if (decoded.kind !== 'message') {
      this.garbage.push(text);
      return;
    }
    const { message } = decoded;
    this.serverseq = message.seq;
    this.messages.push({ atMs: this.#clock.now(), message });
    if (!this.#plays || message.type !== 'event') return;
    if (message.parameters.entities.some(({ type }) => type === 'barge_in')) this.player.flush();
  }

  binary(bytes: Uint8Array): void {
    this.frames.push({ atMs: this.#clock.now(), bytes });
    if (this.#plays) this.player.take(bytes.length / BYTES_PER_MS);
  }

  closed(end: TransportEnd): void {
    this.end = end;
    for (const stop of this.#streams.splice(0)) stop();
    this.player.stop();
  }
}

function isOf<T extends ServerMessageType>(
  message: ServerMessage,
  type: T,
): message is ServerMessageOf<T> & ServerMessage {
  return message.type === type;
}
