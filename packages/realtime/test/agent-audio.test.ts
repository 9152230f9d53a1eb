import { decodeMulaw } from '@hookline/audio';
import { VirtualClock } from '@hookline/runtime';
import { describe, expect, test } from 'vitest';
import { AgentAudio } from '../src/elevenlabs/agent-audio.js';
import { ElevenLabsSession } from '../src/elevenlabs/elevenlabs-session.js';
import type { ServiceHost } from '../src/index.js';
import type { Wire } from '../src/wire/wire-session.js';

const RATE = 16_000;
const LOUD = 0x1000;

/** A session with an agent whose audio is PCM, and what the caller would hear of each reply. */
async function pcmAgent() {
  const clock = new VirtualClock();
  const heard = new Map<string, number[]>();
  const host = {
    clock,
    problem() {},
    replyStarted() {},
    replyDone() {},
    interrupted() {},
    text() {},
    audio(id: string, _: string, bytes: Uint8Array) {
      heard.set(id, [...(heard.get(id) ?? []), ...decodeMulaw(bytes)]);
    },
  } as unknown as ServiceHost;
  const session = new ElevenLabsSession(host, new AgentAudio(host, false), [], false);
  await new Promise<void>((ready) => {
    const metadata = { user_input_audio_format: 'ulaw_8000', agent_output_audio_format: `pcm_${RATE}` };
    session.onMessage(
      { type: 'conversation_initiation_metadata', conversation_initiation_metadata_event: metadata },
      { ready } as unknown as Wire,
    );
  });
  const event = (message: object) => session.onMessage({ ...message }, undefined as never);
  return {
    clock,
    session,
    heard: (reply: number) => heard.get(`reply-${reply}`) ?? [],
    audio: (bytes: Uint8Array, id: number) =>
      event({
        type: 'audio',
        audio_event: { audio_base_64: Buffer.from(bytes).toString('base64'), event_id: id },
      }),
    interruption: (id: number) => event({ type: 'interruption', interruption_event: { event_id: id } }),
    transcript: () =>
      event({ type: 'user_transcript', user_transcription_event: { user_transcript: 'Yes' } }),
  };
}

/** A constant level, whose bytes are not equal, so that it turns to noise if it is read one byte too late. */
const level = (sample: number, ms: number) =>
  new Uint8Array(new Int16Array((RATE * ms) / 1000).fill(sample).buffer);

/** The share of samples that are as loud as they were sent, without those at the beginning. */
function shareLoud(samples: readonly number[]): number {
  const settled = samples.slice(80);
  return settled.filter((sample) => Math.abs(sample - LOUD) < LOUD / 10).length / settled.length;
}

describe('the converted audio of an agent', () => {
  test('contains all of a reply, and nothing of the reply before', async () => {
    const it = await pcmAgent();
    it.audio(level(LOUD, 500), 1);
    await it.clock.advance(1000);
    expect(shareLoud(it.heard(1).slice(0, 4000))).toBe(1);
    it.transcript();
    it.audio(level(0, 500), 2);
    await it.clock.advance(1000);
    expect(it.heard(2).length).toBeGreaterThanOrEqual(4000);
    expect(Math.max(...it.heard(2).map(Math.abs))).toBeLessThan(20);
    it.session.close();
  });

  test.each<readonly [string, (it: Awaited<ReturnType<typeof pcmAgent>>) => void]>([
    ['the interruption of the service', (it) => it.interruption(2)],
    [
      'an interruption by the session, after which more of it arrives',
      (it) => {
        it.session.interrupted();
        it.audio(level(LOUD, 100).subarray(0, 402), 1);
        it.transcript();
      },
    ],
    ["the caller's words", (it) => it.transcript()],
  ])('is not shifted by half a sample of the reply before, which ended with %s', async (_, interrupt) => {
    const it = await pcmAgent();
    it.audio(level(LOUD, 300).subarray(0, 4801), 1);
    interrupt(it);
    it.audio(level(LOUD, 500), 3);
    await it.clock.advance(1000);
    expect(shareLoud(it.heard(2).slice(0, 4000))).toBe(1);
    it.session.close();
  });

  test('continues with the other half of a sample after a pause within a reply', async () => {
    const it = await pcmAgent();
    const bytes = level(LOUD, 1000);
    it.audio(bytes.subarray(0, 16_001), 1);
    await it.clock.advance(1500);
    it.audio(bytes.subarray(16_001), 1);
    await it.clock.advance(1000);
    expect(shareLoud(it.heard(2).slice(0, 4000))).toBe(1);
    it.session.close();
  });
});
