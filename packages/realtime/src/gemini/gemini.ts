import { checkNames } from '../checked-options.js';
import type { RealtimeService } from '../service/service.js';
import { type ApiKey, checkKey, resolveKey } from '../wire/api-key.js';
import { socketUrl } from '../wire/base-url.js';
import { type ConnectSocket, connectWire } from '../wire/wire-session.js';
import { GeminiSession } from './gemini-session.js';
import { history, setup } from './messages.js';

const VENDOR_URL = 'wss://generativelanguage.googleapis.com';
const PATH = '/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent';

/** Options of `gemini`. */
export interface GeminiOptions {
  /** The key of the service; a function is called for each connection. Sent in a header, never in the URL. */
  readonly apiKey: ApiKey | undefined;
  /** Default `gemini-2.5-flash-native-audio-preview-12-2025`. */
  readonly model?: string;
  /** The name of a prebuilt voice. Default the service's own. */
  readonly voice?: string;
  /** A BCP 47 tag of the language to speak. Default: as the caller speaks. */
  readonly language?: string;
  /** The base of another server of the same protocol. Default the vendor's. */
  readonly url?: string;
  /** Creates the socket; default `ws`. */
  readonly connect?: ConnectSocket;
}

const OPTIONS: Readonly<Record<keyof GeminiOptions, true>> = {
  apiKey: true,
  model: true,
  voice: true,
  language: true,
  url: true,
  connect: true,
};

/**
 * Gemini's Live API: PCM at 16 kHz in and 24 kHz out. It does not support truncation and does not report the start of
 * speech: it stops its reply by itself when the caller speaks.
 *
 * @throws RealtimeError `REALTIME_BAD_OPTION`
 */
export function gemini(options: GeminiOptions): RealtimeService {
  checkNames('gemini: ', options ?? null, OPTIONS);
  const { model = 'gemini-2.5-flash-native-audio-preview-12-2025' } = options;
  const url = socketUrl('gemini', options.url ?? VENDOR_URL, PATH);
  const key = checkKey('gemini', options.apiKey, 'GEMINI_API_KEY');
  return {
    name: 'gemini',
    input: { encoding: 'pcm16', rate: 16_000 },
    output: { encoding: 'pcm16', rate: 24_000 },
    can: {
      truncate: false,
      vad: false,
      text: true,
      cancel: false,
      resume: 'handle',
      endsTurnAfterTool: false,
    },
    async connect(host, start, signal) {
      const secret = await resolveKey('gemini', key);
      const session = new GeminiSession(host);
      const wire = await connectWire({
        service: 'gemini',
        url,
        headers: { 'x-goog-api-key': secret },
        keys: [secret],
        host,
        signal,
        connect: options.connect,
        opened: (wire) => wire.send(setup(options, model, start)),
        message: (message, wire) => session.onMessage(message, wire),
      });
      if (start.handle === undefined && start.history.length > 0) wire.send(history(start));
      session.start(wire);
      return session;
    },
  };
}
