import { readFileSync } from 'node:fs';
import { inTurn, silenceCaller, wavCaller } from '@hookline/client';
import { expect, test, vi } from 'vitest';
import { deepgram } from '../src/deepgram/index.js';
import { elevenlabs } from '../src/elevenlabs/index.js';
import { gemini } from '../src/gemini/index.js';
import type { RealtimeService } from '../src/index.js';
import { openai } from '../src/openai/index.js';
import { voiceLive } from '../src/voice-live/index.js';
import { bridged } from './bridged.js';
import { type Peer, peer } from './peer.js';

const table = readFileSync(new URL('../../bots/speech/table.wav', import.meta.url));

const SECONDS = 8;
const MULAW = Buffer.alloc(8000, 0x11);
const PCM = Buffer.alloc(48_000, 0x11);

type Send = (message: object) => void;

/** A service that says a long reply, and finds the caller's speech by itself when the call's own detector has. */
interface Vendor {
  readonly name: string;
  connect(url: string): RealtimeService;
  /** Accepts the session. */
  accept(message: Readonly<Record<string, unknown>>, send: Send): void;
  greet?(send: Send): void;
  /** One second of the reply. */
  say(it: Peer): void;
  /** What the service sends when the caller speaks. */
  interrupt(it: Peer): void;
  /** The caller's words, which the service sends last. */
  transcribe(it: Peer): void;
  /** Whether audio that comes while the call has stopped the reply still belongs to it. */
  readonly continues: boolean;
  /** Messages by which the session is to stop a reply, each of them sent once. */
  readonly once: readonly string[];
}

const dialect = (name: string, delta: string, connect: (url: string) => RealtimeService): Vendor => ({
  name,
  connect,
  accept(message, send) {
    if (message['type'] === 'session.update') send({ type: 'session.updated', session: {} });
  },
  say: (it) => it.send({ type: delta, response_id: 'r1', item_id: 'i1', delta: MULAW.toString('base64') }),
  interrupt(it) {
    it.send({ type: 'input_audio_buffer.speech_started', audio_start_ms: 1500 });
    it.send({ type: 'response.done', response: { id: 'r1', status: 'cancelled', output: [] } });
  },
  transcribe: (it) =>
    it.send({ type: 'conversation.item.input_audio_transcription.completed', transcript: 'A table' }),
  continues: true,
  once: ['response.cancel', 'conversation.item.truncate'],
});

const VENDORS: readonly Vendor[] = [
  dialect('openai', 'response.output_audio.delta', (url) => openai({ apiKey: 'key', url })),
  dialect('voice-live', 'response.audio.delta', (url) => voiceLive({ apiKey: 'key', endpoint: url })),
  {
    name: 'deepgram',
    connect: (url) => deepgram({ apiKey: 'key', url }),
    greet: (send) => send({ type: 'Welcome', request_id: 'q' }),
    accept(message, send) {
      if (message['type'] === 'Settings') send({ type: 'SettingsApplied' });
    },
    say: (it) => it.send(MULAW),
    interrupt: (it) => it.send({ type: 'UserStartedSpeaking' }),
    transcribe: (it) => it.send({ type: 'ConversationText', role: 'user', content: 'A table' }),
    continues: true,
    once: [],
  },
  {
    name: 'elevenlabs',
    connect: (url) => elevenlabs({ agentId: 'a1', apiKey: 'key', url }),
    accept(message, send) {
      if (message['type'] !== 'conversation_initiation_client_data') return;
      send({
        type: 'conversation_initiation_metadata',
        conversation_initiation_metadata_event: {
          user_input_audio_format: 'ulaw_8000',
          agent_output_audio_format: 'ulaw_8000',
        },
      });
    },
    say: (it) =>
      it.send({ type: 'audio', audio_event: { audio_base_64: MULAW.toString('base64'), event_id: 1 } }),
    interrupt: (it) => it.send({ type: 'interruption', interruption_event: { event_id: 1 } }),
    transcribe: (it) =>
      it.send({ type: 'user_transcript', user_transcription_event: { user_transcript: 'A table' } }),
    // It has no event for the end of a reply: audio after a second without is the next reply.
    continues: false,
    once: [],
  },
  {
    name: 'gemini',
    connect: (url) => gemini({ apiKey: 'key', url }),
    accept(message, send) {
      if ('setup' in message) send({ setupComplete: {} });
    },
    say: (it) =>
      it.send({
        serverContent: {
          modelTurn: {
            parts: [{ inlineData: { mimeType: 'audio/pcm;rate=24000', data: PCM.toString('base64') } }],
          },
        },
      }),
    interrupt: (it) => it.send({ serverContent: { interrupted: true } }),
    transcribe: (it) => it.send({ serverContent: { inputTranscription: { text: 'A table' } } }),
    continues: true,
    once: [],
  },
];

test.each(VENDORS)(
  '$name: speech that the call finds first and the service afterwards interrupts once',
  async ({ connect, accept, greet, say, interrupt, transcribe, continues, once }) => {
    const service = await peer(accept, greet ?? (() => {}));
    const it = bridged(
      { interruption: { by: 'first' } },
      {
        on: connect(service.url),
        call: { caller: inTurn(silenceCaller(1500), wavCaller(table)) },
      },
    );
    await it.clock.advanceUntil(() => it.bot.sessions > 0);
    await it.clock.settle();
    // Time stands still while sockets work.
    await vi.waitFor(() => expect(it.session.state).toBe('listening'), 5000);
    const interrupted: string[] = [];
    let words = '';
    it.session.on('interrupted', ({ by }) => interrupted.push(by));
    it.session.on('text', ({ who, text }) => {
      if (who === 'caller') words += text;
    });
    for (let second = 0; second < SECONDS; second++) say(service);
    await vi.waitFor(() => expect(it.session.state).toBe('speaking'), 5000);

    await it.clock.advanceUntil(() => it.session.stats.interruptions > 0, 5000);
    // The service goes on until it has found the speech as well.
    if (continues) say(service);
    interrupt(service);
    transcribe(service);
    await vi.waitFor(() => expect(words).toBe('A table'), 5000);
    await it.clock.advance(1000);

    expect(interrupted).toEqual(['local']);
    expect(it.session.stats).toMatchObject({
      interruptions: 1,
      falseInterruptions: 0,
      lateAudioMs: continues ? 1000 : 0,
    });
    expect(it.recorder.entities('barge_in')).toBe(1);
    for (const type of once) {
      expect(
        service.received.filter((message) => message['type'] === type),
        type,
      ).toHaveLength(1);
    }

    it.call.hangup();
    await it.clock.run(it.call.closed);
    await vi.waitFor(() => expect(it.clock.pending).toBe(0), 5000);
  },
);
