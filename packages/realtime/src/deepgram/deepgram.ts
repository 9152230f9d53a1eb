import { checkNames } from '../checked-options.js';
import { PCMU_8K } from '../service/audio-shape.js';
import { isGreeted, type RealtimeService } from '../service/service.js';
import { type ApiKey, checkKey, resolveKey } from '../wire/api-key.js';
import { socketUrl } from '../wire/base-url.js';
import { type ConnectSocket, connectWire } from '../wire/wire-session.js';
import { DeepgramSession } from './deepgram-session.js';
import { settings } from './messages.js';

const VENDOR_URL = 'wss://agent.deepgram.com';

/** A provider of one stage of the agent, as the vendor documents it. */
export type DeepgramProvider = { readonly type: string; readonly model: string } & Readonly<
  Record<string, unknown>
>;

/** Options of `deepgram`. */
export interface DeepgramOptions {
  /** The key of the service; a function is called for each connection. */
  readonly apiKey: ApiKey | undefined;
  /** The speech recognition; default `nova-3`. */
  readonly listen?: DeepgramProvider;
  /** The language model; default `gpt-4o-mini` of `open_ai`. */
  readonly think?: DeepgramProvider;
  /** The voice; default `aura-2-thalia-en`. */
  readonly speak?: DeepgramProvider;
  /** What the agent says first, word for word. Default: the model decides. */
  readonly greeting?: string;
  /** The base of another server of the same protocol, to which `/v1/agent/converse` is added. Default the vendor's. */
  readonly url?: string;
  /** Creates the socket; default `ws`. */
  readonly connect?: ConnectSocket;
}

const OPTIONS: Readonly<Record<keyof DeepgramOptions, true>> = {
  apiKey: true,
  listen: true,
  think: true,
  speak: true,
  greeting: true,
  url: true,
  connect: true,
};

/**
 * Deepgram's Voice Agent: mu-law at 8 kHz both ways. It does not support truncation: it does not learn how much of a
 * reply the caller heard.
 *
 * @throws RealtimeError `REALTIME_BAD_OPTION`
 */
export function deepgram(options: DeepgramOptions): RealtimeService {
  checkNames('deepgram: ', options ?? null, OPTIONS);
  const url = socketUrl('deepgram', options.url ?? VENDOR_URL, '/v1/agent/converse');
  const key = checkKey('deepgram', options.apiKey, 'DEEPGRAM_API_KEY');
  return {
    name: 'deepgram',
    input: PCMU_8K,
    output: PCMU_8K,
    can: {
      truncate: false,
      vad: true,
      text: true,
      cancel: false,
      resume: 'history',
      endsTurnAfterTool: false,
      // A text without a request would become part of the system prompt, for the rest of the call.
      textAsks: true,
    },
    async connect(host, start, signal) {
      const secret = await resolveKey('deepgram', key);
      const greets = options.greeting !== undefined && !isGreeted(start.history);
      const session = new DeepgramSession(host, [secret], greets);
      const wire = await connectWire({
        service: 'deepgram',
        url,
        headers: { Authorization: `Token ${secret}` },
        keys: [secret],
        host,
        signal,
        connect: options.connect,
        opened() {},
        message(message, wire) {
          if (message['type'] === 'Welcome') wire.send(settings(options, start));
          else session.onMessage(message, wire);
        },
        binary: (bytes) => session.onAudio(bytes),
      });
      session.start(wire);
      return session;
    },
  };
}
