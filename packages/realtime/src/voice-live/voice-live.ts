import { checkNames, oneOf } from '../checked-options.js';
import { RealtimeError } from '../error.js';
import { connectDialect, DIALECT_CAN, functionTools } from '../openai/dialect.js';
import { PCMU_8K } from '../service/audio-shape.js';
import type { RealtimeService, SessionStart } from '../service/service.js';
import { type ApiKey, checkKey, resolveKey } from '../wire/api-key.js';
import { socketUrl } from '../wire/base-url.js';
import type { ConnectSocket } from '../wire/wire-session.js';

const API_VERSION = '2026-07-15';

/** Options of `voiceLive`. */
export interface VoiceLiveOptions {
  /** The resource: `https://RESOURCE.cognitiveservices.azure.com`, or any `wss:` base of the same protocol. */
  readonly endpoint: string;
  readonly apiKey: ApiKey | undefined;
  /** How the key is sent: a key of the resource (`api-key`, default) or a token of Microsoft Entra (`bearer`). */
  readonly auth?: 'api-key' | 'bearer';
  /** Default `gpt-realtime`. */
  readonly model?: string;
  /** The name of an Azure voice, such as `en-US-Ava:DragonHDLatestNeural`. Default the service's own. */
  readonly voice?: string;
  /** Default `2026-07-15`. */
  readonly apiVersion?: string;
  /** The model that transcribes the caller, or false for none. Default `azure-speech`. */
  readonly transcription?: string | false;
  /** Additional fields of the session, as documented by the vendor; they take precedence. */
  readonly session?: Readonly<Record<string, unknown>>;
  /** Creates the socket; default `ws`. */
  readonly connect?: ConnectSocket;
}

const OPTIONS: Readonly<Record<keyof VoiceLiveOptions, true>> = {
  endpoint: true,
  apiKey: true,
  auth: true,
  model: true,
  voice: true,
  apiVersion: true,
  transcription: true,
  session: true,
  connect: true,
};

/**
 * Azure AI Voice Live: mu-law at 8 kHz both ways. The key is sent in a header, never in the URL.
 *
 * @throws RealtimeError `REALTIME_BAD_OPTION`
 */
export function voiceLive(options: VoiceLiveOptions): RealtimeService {
  checkNames('voiceLive: ', options ?? null, OPTIONS);
  oneOf('voiceLive: auth', options.auth, ['api-key', 'bearer']);
  if (typeof options.endpoint !== 'string') {
    throw new RealtimeError(
      'REALTIME_BAD_OPTION',
      `voiceLive: endpoint is ${typeof options.endpoint}; expected a URL.`,
    );
  }
  const { model = 'gpt-realtime', apiVersion = API_VERSION } = options;
  const url = socketUrl('voiceLive', options.endpoint, '/voice-live/realtime', {
    'api-version': apiVersion,
    model,
  });
  const key = checkKey('voiceLive', options.apiKey, 'AZURE_VOICELIVE_API_KEY');
  return {
    name: 'voice-live',
    input: PCMU_8K,
    output: PCMU_8K,
    can: DIALECT_CAN,
    async connect(host, start, signal) {
      const secret = await resolveKey('voiceLive', key);
      return connectDialect(
        {
          service: 'voiceLive',
          keys: [secret],
          start,
          update: { type: 'session.update', session: { ...sessionOf(options, start), ...options.session } },
          botContent: 'text',
          url,
          headers: options.auth === 'bearer' ? { Authorization: `Bearer ${secret}` } : { 'api-key': secret },
          connect: options.connect,
        },
        host,
        signal,
      );
    },
  };
}

/** The requested session, in the older field names of the protocol, which this service uses. */
export function sessionOf(options: VoiceLiveOptions, start: SessionStart) {
  const { transcription = 'azure-speech', voice } = options;
  return {
    modalities: ['text', 'audio'],
    ...(start.instructions === '' ? {} : { instructions: start.instructions }),
    ...(voice === undefined ? {} : { voice: { type: 'azure-standard', name: voice } }),
    input_audio_format: 'g711_ulaw',
    output_audio_format: 'g711_ulaw',
    // Truncations report exactly what the caller heard.
    turn_detection: {
      type: 'azure_semantic_vad',
      create_response: true,
      interrupt_response: start.interruption === 'service',
      auto_truncate: false,
    },
    ...(transcription === false ? {} : { input_audio_transcription: { model: transcription } }),
    tools: functionTools(start),
    tool_choice: 'auto',
  };
}
