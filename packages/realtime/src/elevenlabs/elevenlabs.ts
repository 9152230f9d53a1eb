import { checkNames } from '../checked-options.js';
import { RealtimeError } from '../error.js';
import { PCMU_8K } from '../service/audio-shape.js';
import { isGreeted, type RealtimeService } from '../service/service.js';
import { type ApiKey, checkKey, resolveKey } from '../wire/api-key.js';
import { socketUrl } from '../wire/base-url.js';
import { type ConnectSocket, connectWire } from '../wire/wire-session.js';
import { AgentAudio } from './agent-audio.js';
import { ElevenLabsSession } from './elevenlabs-session.js';
import { context, initiation } from './messages.js';

const VENDOR_URL = 'wss://api.elevenlabs.io';

/** Options of `elevenlabs`. */
export interface ElevenLabsOptions {
  /** The agent. Its tools, voice and audio formats are set in its settings: `μ-law 8000` for both formats. */
  readonly agentId: string;
  /** The key of the service; a function is called for each connection. */
  readonly apiKey: ApiKey | undefined;
  /** Overrides the voice of the agent, if the agent allows it. */
  readonly voice?: string;
  /**
   * Overrides the first message of the agent, if the agent allows it. Without it, the agent says the one of its settings
   * again after a reconnect.
   */
  readonly firstMessage?: string;
  /** Dynamic variables of the agent. */
  readonly variables?: Readonly<Record<string, string | number | boolean>>;
  /**
   * Whether to refuse an agent with another format than mu-law at 8 kHz instead of converting its audio; default false.
   */
  readonly strictAudio?: boolean;
  /** The base of another server of the same protocol, to which `/v1/convai/conversation` is added. */
  readonly url?: string;
  /** Creates the socket; default `ws`. */
  readonly connect?: ConnectSocket;
}

const OPTIONS: Readonly<Record<keyof ElevenLabsOptions, true>> = {
  agentId: true,
  apiKey: true,
  voice: true,
  firstMessage: true,
  variables: true,
  strictAudio: true,
  url: true,
  connect: true,
};

/**
 * An agent of ElevenLabs. It does not support truncation, but corrects its own text after an interruption. Its tools
 * must be configured in the agent as client tools with the same names.
 *
 * @throws RealtimeError `REALTIME_BAD_OPTION`
 */
export function elevenlabs(options: ElevenLabsOptions): RealtimeService {
  checkNames('elevenlabs: ', options ?? null, OPTIONS);
  if (typeof options.agentId !== 'string' || options.agentId === '') {
    throw new RealtimeError(
      'REALTIME_BAD_OPTION',
      'elevenlabs: agentId is missing; expected the id of the agent.',
    );
  }
  const url = socketUrl('elevenlabs', options.url ?? VENDOR_URL, '/v1/convai/conversation', {
    agent_id: options.agentId,
  });
  const key = checkKey('elevenlabs', options.apiKey, 'ELEVENLABS_API_KEY');
  return {
    name: 'elevenlabs',
    input: PCMU_8K,
    output: PCMU_8K,
    can: {
      truncate: false,
      vad: false,
      text: true,
      cancel: false,
      resume: 'history',
      endsTurnAfterTool: false,
      // With its system tool `end_call`, and after its own limit of silence.
      endsConversation: true,
      textAsks: true,
    },
    async connect(host, start, signal) {
      const secret = await resolveKey('elevenlabs', key);
      const audio = new AgentAudio(host, options.strictAudio ?? false);
      const greets = options.firstMessage !== '' && !isGreeted(start.history);
      const session = new ElevenLabsSession(host, audio, [secret], greets);
      const wire = await connectWire({
        service: 'elevenlabs',
        url,
        headers: { 'xi-api-key': secret },
        keys: [secret],
        host,
        signal,
        connect: options.connect,
        opened: (wire) => wire.send(initiation(options, start)),
        message: (message, wire) => session.onMessage(message, wire),
      });
      if (start.history.length > 0) {
        const said = start.history.map(({ who, text }) => `${who}: ${text}`).join('\n');
        wire.send(context(`The call so far:\n${said}`));
      }
      session.start(wire);
      return session;
    },
  };
}
