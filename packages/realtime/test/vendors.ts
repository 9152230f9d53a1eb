import { encodeMulaw } from '@hookline/audio';
import { deepgram } from '../src/deepgram/index.js';
import { elevenlabs } from '../src/elevenlabs/index.js';
import { gemini } from '../src/gemini/index.js';
import type { RealtimeService } from '../src/index.js';
import { openai } from '../src/openai/index.js';
import { voiceLive } from '../src/voice-live/index.js';
import type { Peer } from './peer.js';

type Send = (message: object) => void;

/** Bytes of the first reply and of the one after an interruption. */
const OLD = 0x11;
const NEW = 0x22;

/** A service that says a long reply, and finds the caller's speech by itself when the call's own detector has. */
export interface Vendor {
  readonly name: string;
  connect(url: string): RealtimeService;
  /** Accepts the session. */
  accept(message: Readonly<Record<string, unknown>>, send: Send): void;
  greet?(send: Send): void;
  /** The bytes that the caller hears of the first reply and of the next. */
  readonly hears: { readonly old: number; readonly next: number };
  /** Milliseconds of the next reply in which a converter settles, and so other bytes are heard. */
  readonly settlesMs: number;
  /** One second of the reply. */
  say(it: Peer): void;
  /** What the service sends when the caller speaks. */
  interrupt(it: Peer): void;
  /** The caller's words, which the service sends last. */
  transcribe(it: Peer): void;
  /** One second of the next reply. */
  next(it: Peer): void;
  /** Whether the service's events tell late audio of the old reply from the next reply even after `interrupt`. */
  readonly namesReplies: boolean;
  /** Messages by which the session is to stop a reply, each of them sent once. */
  readonly once: readonly string[];
}

const mulaw = (byte: number) => Buffer.alloc(8000, byte);
/** A constant level at 24 kHz, and the byte to which it is converted. */
const pcm = (byte: number) => Buffer.alloc(48_000, byte);
const converted = (byte: number) => encodeMulaw(Int16Array.of(byte * 0x101))[0] ?? 0;

const dialect = (name: string, delta: string, connect: (url: string) => RealtimeService): Vendor => ({
  name,
  connect,
  hears: { old: OLD, next: NEW },
  settlesMs: 0,
  accept(message, send) {
    if (message['type'] === 'session.update') send({ type: 'session.updated', session: {} });
  },
  say: (it) =>
    it.send({ type: delta, response_id: 'r1', item_id: 'i1', delta: mulaw(OLD).toString('base64') }),
  interrupt(it) {
    it.send({ type: 'input_audio_buffer.speech_started', audio_start_ms: 1500 });
    it.send({ type: 'response.done', response: { id: 'r1', status: 'cancelled', output: [] } });
  },
  transcribe(it) {
    it.send({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: 2000 });
    it.send({ type: 'conversation.item.input_audio_transcription.completed', transcript: 'A table' });
  },
  next(it) {
    it.send({ type: 'response.created', response: { id: 'r2' } });
    it.send({ type: delta, response_id: 'r2', item_id: 'i2', delta: mulaw(NEW).toString('base64') });
  },
  namesReplies: true,
  once: ['response.cancel', 'conversation.item.truncate'],
});

const elevenAudio = (byte: number, id: number) => ({
  type: 'audio',
  audio_event: { audio_base_64: mulaw(byte).toString('base64'), event_id: id },
});

const geminiAudio = (byte: number) => ({
  serverContent: {
    modelTurn: {
      parts: [{ inlineData: { mimeType: 'audio/pcm;rate=24000', data: pcm(byte).toString('base64') } }],
    },
  },
});

/** Accepts a session of an ElevenLabs agent whose audio is µ-law. */
export const acceptElevenLabs: Vendor['accept'] = (message, send) => {
  if (message['type'] !== 'conversation_initiation_client_data') return;
  send({
    type: 'conversation_initiation_metadata',
    conversation_initiation_metadata_event: {
      user_input_audio_format: 'ulaw_8000',
      agent_output_audio_format: 'ulaw_8000',
    },
  });
};

export const VENDORS: readonly Vendor[] = [
  dialect('openai', 'response.output_audio.delta', (url) => openai({ apiKey: 'key', url })),
  dialect('voice-live', 'response.audio.delta', (url) => voiceLive({ apiKey: 'key', endpoint: url })),
  {
    name: 'deepgram',
    hears: { old: OLD, next: NEW },
    settlesMs: 0,
    connect: (url) => deepgram({ apiKey: 'key', url }),
    greet: (send) => send({ type: 'Welcome', request_id: 'q' }),
    accept(message, send) {
      if (message['type'] === 'Settings') send({ type: 'SettingsApplied' });
    },
    say: (it) => it.send(mulaw(OLD)),
    interrupt: (it) => it.send({ type: 'UserStartedSpeaking' }),
    transcribe: (it) => it.send({ type: 'ConversationText', role: 'user', content: 'A table' }),
    next: (it) => it.send(mulaw(NEW)),
    namesReplies: false,
    once: [],
  },
  {
    name: 'elevenlabs',
    hears: { old: OLD, next: NEW },
    settlesMs: 0,
    connect: (url) => elevenlabs({ agentId: 'a1', apiKey: 'key', url }),
    accept: acceptElevenLabs,
    say: (it) => it.send(elevenAudio(OLD, 1)),
    interrupt: (it) => it.send({ type: 'interruption', interruption_event: { event_id: 2 } }),
    transcribe: (it) =>
      it.send({ type: 'user_transcript', user_transcription_event: { user_transcript: 'A table' } }),
    next: (it) => it.send(elevenAudio(NEW, 2)),
    namesReplies: true,
    once: [],
  },
  {
    name: 'gemini',
    hears: { old: converted(OLD), next: converted(NEW) },
    settlesMs: 10,
    connect: (url) => gemini({ apiKey: 'key', url }),
    accept(message, send) {
      if ('setup' in message) send({ setupComplete: {} });
    },
    say: (it) => it.send(geminiAudio(OLD)),
    interrupt: (it) => it.send({ serverContent: { interrupted: true } }),
    transcribe: (it) => it.send({ serverContent: { inputTranscription: { text: 'A table' } } }),
    next: (it) => it.send(geminiAudio(NEW)),
    namesReplies: false,
    once: [],
  },
];
