import { VoiceLiveClient } from '@azure/ai-voicelive';
import { describe, expect, test } from 'vitest';
import { voiceLive } from '../src/voice-live/index.js';
import { closing, ListeningHost, peer, START, wanted } from './peer.js';

const service = () =>
  peer(
    (message, send) => {
      if (message['type'] === 'session.update') send({ type: 'session.updated', event_id: 'u', session: {} });
    },
    (send) => send({ type: 'session.created', event_id: 'c', session: {} }),
  );

describe('the Voice Live adapter', () => {
  test('sets up mu-law in both directions, with the key in a header and never in the URL', async () => {
    const it = await service();
    closing(
      await voiceLive({
        endpoint: it.url,
        apiKey: 'az-secret',
        voice: 'en-US-Ava:DragonHDLatestNeural',
      }).connect(new ListeningHost(), START, wanted()),
    );
    expect(it.received).toMatchObject([
      {
        type: 'session.update',
        session: {
          input_audio_format: 'g711_ulaw',
          output_audio_format: 'g711_ulaw',
          voice: { type: 'azure-standard', name: 'en-US-Ava:DragonHDLatestNeural' },
          turn_detection: { interrupt_response: true, auto_truncate: false },
          tools: [{ type: 'function', name: 'book' }],
        },
      },
    ]);
    expect(it.requests[0]?.url).toBe('/voice-live/realtime?api-version=2026-07-15&model=gpt-realtime');
    expect(it.requests[0]?.headers['api-key']).toBe('az-secret');
  });

  test('reads the older names of the protocol', async () => {
    const it = await service();
    const host = new ListeningHost();
    closing(await voiceLive({ endpoint: it.url, apiKey: 'k' }).connect(host, START, wanted()));
    const about = { response_id: 'r1', item_id: 'i1', content_index: 0 };
    it.send({ type: 'response.created', response: { id: 'r1' } });
    it.send({ type: 'response.audio.delta', ...about, delta: 'AQID' });
    it.send({ type: 'response.audio_transcript.done', ...about, transcript: 'Hi' });
    it.send({
      type: 'response.done',
      response: {
        id: 'r1',
        status: 'cancelled',
        status_details: { type: 'cancelled', reason: 'turn_detected' },
      },
    });
    await host.until('replyDone');
    expect(host.events).toEqual([
      ['replyStarted', 'r1'],
      ['audio', 'r1', 'i1', Buffer.from([1, 2, 3])],
      ['text', 'bot', 'Hi', { final: true, replyId: 'r1', part: 'i1' }],
      ['replyDone', 'r1', 'cancelled'],
    ]);
  });

  test('requests the same session as the official client, at the same path', async () => {
    const it = await service();
    const client = new VoiceLiveClient(`http://127.0.0.1:${it.port}`, { key: 'az-official' });
    const session = await client.startSession('gpt-realtime');
    await session.updateSession({
      modalities: ['text', 'audio'],
      instructions: 'You book tables.',
      voice: { type: 'azure-standard', name: 'en-US-Ava:DragonHDLatestNeural' },
      inputAudioFormat: 'g711_ulaw',
      outputAudioFormat: 'g711_ulaw',
      turnDetection: {
        type: 'azure_semantic_vad',
        createResponse: true,
        interruptResponse: true,
        autoTruncate: false,
      } as never,
      inputAudioTranscription: { model: 'azure-speech' },
      tools: [{ type: 'function', ...START.tools[0] } as never],
      toolChoice: 'auto',
    });
    const theirs = await it.until(({ type }) => type === 'session.update');
    const ours = await service();
    closing(
      await voiceLive({ endpoint: ours.url, apiKey: 'k', voice: 'en-US-Ava:DragonHDLatestNeural' }).connect(
        new ListeningHost(),
        START,
        wanted(),
      ),
    );
    expect(ours.received[0]?.['session']).toEqual(theirs['session']);
    const path = (url = '') => new URL(url, 'ws://x').pathname;
    expect(path(ours.requests[0]?.url)).toBe(path(it.requests[0]?.url));
    await session.dispose?.();
  });
});
