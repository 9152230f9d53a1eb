import { checkNames, oneOf } from '../checked-options.js';
import { type AudioShape, PCMU_8K } from '../service/audio-shape.js';
import type { RealtimeService, SessionStart } from '../service/service.js';
import { type ApiKey, checkKey, resolveKey } from '../wire/api-key.js';
import { socketUrl } from '../wire/base-url.js';
import type { ConnectSocket } from '../wire/wire-session.js';
import { connectDialect, DIALECT_CAN, functionTools } from './dialect.js';

const VENDOR_URL = 'wss://api.openai.com/v1';

/** Options of `openai`. */
export interface OpenAiOptions {
  /** The key of the service; a function is called for each connection. Needed unless `url` names another server. */
  readonly apiKey?: ApiKey | undefined;
  /** Default `gpt-realtime`; with Azure the name of the deployment. */
  readonly model?: string;
  /** Default the service's own. */
  readonly voice?: string;
  /**
   * The base of another server of the same protocol, `ws:` or `wss:`, to which `/realtime` is added: a gateway, or Azure
   * OpenAI as `wss://RESOURCE.openai.azure.com/openai/v1`. Default the vendor's.
   */
  readonly url?: string;
  /** How the key is sent; default `api-key` for hosts of Azure, otherwise `bearer`. */
  readonly auth?: 'bearer' | 'api-key';
  /** The audio format in both directions: mu-law at 8 kHz (default), or PCM at 24 kHz. */
  readonly audio?: 'pcmu' | 'pcm16';
  /** How the end of the caller's turn is detected: by silence (`server`, default) or by what was said (`semantic`). */
  readonly turnDetection?: 'server' | 'semantic';
  /**
   * The model that transcribes the caller, or false for none; with Azure the name of a deployment of such a model. Default
   * `gpt-4o-mini-transcribe`. If it does not exist, the caller's words are missing in the history and in `text` events,
   * and `confirm: 'text'` never confirms: each turn is reported as a `problem`.
   */
  readonly transcription?: string | false;
  /** Additional fields of the session, as documented by the vendor; they take precedence. */
  readonly session?: Readonly<Record<string, unknown>>;
  /** Additional headers of the upgrade request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Creates the socket; default `ws`. */
  readonly connect?: ConnectSocket;
}

const OPTIONS: Readonly<Record<keyof OpenAiOptions, true>> = {
  apiKey: true,
  model: true,
  voice: true,
  url: true,
  auth: true,
  audio: true,
  turnDetection: true,
  transcription: true,
  session: true,
  headers: true,
  connect: true,
};

/**
 * The Realtime API of OpenAI, Azure OpenAI, and any other server that implements it.
 *
 * @throws RealtimeError `REALTIME_BAD_OPTION`
 */
export function openai(options: OpenAiOptions): RealtimeService {
  checkNames('openai: ', options ?? null, OPTIONS);
  oneOf('openai: auth', options.auth, ['bearer', 'api-key']);
  oneOf('openai: audio', options.audio, ['pcmu', 'pcm16']);
  oneOf('openai: turnDetection', options.turnDetection, ['server', 'semantic']);
  const { model = 'gpt-realtime' } = options;
  const url = socketUrl('openai', options.url ?? VENDOR_URL, '/realtime', { model });
  // Another server may need no key.
  const key =
    options.url !== undefined && !options.apiKey
      ? undefined
      : checkKey('openai', options.apiKey, 'OPENAI_API_KEY');
  const shape: AudioShape = options.audio === 'pcm16' ? { encoding: 'pcm16', rate: 24_000 } : PCMU_8K;
  return {
    name: 'openai',
    input: shape,
    output: shape,
    can: DIALECT_CAN,
    async connect(host, start, signal) {
      const secret = key && (await resolveKey('openai', key));
      const session = { ...sessionOf(options, model, shape, start), ...options.session };
      return connectDialect(
        {
          service: 'openai',
          keys: secret === undefined ? [] : [secret],
          start,
          update: { type: 'session.update', session },
          botContent: 'output_text',
          url,
          headers: {
            ...(secret === undefined ? {} : authHeaders(url, options.auth, secret)),
            ...options.headers,
          },
          connect: options.connect,
        },
        host,
        signal,
      );
    },
  };
}

function authHeaders(
  url: string,
  auth: OpenAiOptions['auth'],
  key: string,
): Readonly<Record<string, string>> {
  const azure = auth === undefined && new URL(url).hostname.endsWith('.azure.com');
  return azure || auth === 'api-key' ? { 'api-key': key } : { Authorization: `Bearer ${key}` };
}

/** The requested session; a test checks it against the vendor's type. */
export function sessionOf(options: OpenAiOptions, model: string, shape: AudioShape, start: SessionStart) {
  const format =
    shape.encoding === 'pcmu'
      ? { type: 'audio/pcmu' as const }
      : { type: 'audio/pcm' as const, rate: 24_000 as const };
  const turns = { create_response: true, interrupt_response: start.interruption === 'service' };
  const { transcription = 'gpt-4o-mini-transcribe' } = options;
  return {
    type: 'realtime' as const,
    model,
    output_modalities: ['audio' as const],
    ...(start.instructions === '' ? {} : { instructions: start.instructions }),
    audio: {
      input: {
        format,
        turn_detection:
          options.turnDetection === 'semantic'
            ? { type: 'semantic_vad' as const, ...turns }
            : { type: 'server_vad' as const, ...turns },
        ...(transcription === false ? {} : { transcription: { model: transcription } }),
      },
      output: { format, ...(options.voice === undefined ? {} : { voice: options.voice }) },
    },
    tools: functionTools(start),
    tool_choice: 'auto' as const,
  };
}
