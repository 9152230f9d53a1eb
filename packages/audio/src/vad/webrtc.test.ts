import { describe, expect, it, vi } from 'vitest';
import { LINE_KINDS, lineSound } from '../../bench/line.js';
import { music } from '../../bench/music.js';
import { atLevel } from '../../bench/signal.js';
import { join, noise, speech } from '../../test/signals.js';
import { NOT_SPEECH, SPEECH, SPEECH_BEGINS_MS, TONES } from '../../test/vad-cases.js';
import { encodeMulaw } from '../mulaw.js';
import { sine } from '../tone/sine.js';
import { loadFvad } from './fvad.js';
import { createWebRtcVad, type WebRtcVadOptions } from './webrtc.js';

async function eventsOf(mulaw: Uint8Array, options?: WebRtcVadOptions) {
  const vad = await createWebRtcVad(options);
  const events = vad.push(mulaw);
  vad.close();
  return events;
}

describe.each([0, 1, 2, 3] as const)('WebRTC VAD in mode %i', (mode) => {
  it.each([...NOT_SPEECH, ...TONES])('stays quiet on %s', async (_, mulaw) => {
    expect(await eventsOf(mulaw, { mode })).toEqual([]);
  });

  it.each(SPEECH)('finds the start of speech %s within 100 ms', async (_, mulaw) => {
    const [start] = await eventsOf(mulaw, { mode });
    expect(start).toMatchObject({ type: 'start' });
    expect(Math.abs((start?.sampleMs ?? 0) - SPEECH_BEGINS_MS)).toBeLessThanOrEqual(100);
  });
});

/** No weight was fitted to what this seed makes. */
const UNHEARD = 101;

describe('WebRTC VAD', () => {
  it.each([
    ...['chords of organ', 'chords of strings', 'chords of piano', 'arpeggio of bell', 'melody of clarinet'],
    ...['melody of sine', 'melody of brass', 'drums', 'hi-hats', 'drums and bass', 'band 1', 'hold music'],
    ...['band 2', 'orchestra 1', 'electronic 1'],
  ])('stays quiet on music that it has never heard: %s', async (kind) => {
    expect(await eventsOf(encodeMulaw(atLevel(music(kind, UNHEARD), -20)))).toEqual([]);
  });

  it.each(LINE_KINDS)('stays quiet on %s', async (kind) => {
    expect(await eventsOf(encodeMulaw(atLevel(lineSound(kind, UNHEARD), -20)))).toEqual([]);
  });

  it.each(SPEECH)('knows of speech %s within 150 ms', async (_, mulaw) => {
    const [start] = await eventsOf(mulaw);
    expect((start?.atMs ?? Number.NaN) - SPEECH_BEGINS_MS).toBeLessThanOrEqual(150);
  });

  it.each(['band 1', 'chords of organ', 'drums'])('finds speech after music (%s)', async (kind) => {
    const played = atLevel(music(kind, UNHEARD), -20);
    const [start] = await eventsOf(encodeMulaw(join(played, new Int16Array(4000), speech())));
    const beginsMs = played.length / 8 + SPEECH_BEGINS_MS;
    expect(Math.abs((start?.atMs ?? Number.NaN) - beginsMs)).toBeLessThanOrEqual(150);
  });

  it('takes one sentence for one utterance and ends it at its last word', async () => {
    const sentence = speech();
    const mulaw = encodeMulaw(join(sentence, noise(12000, -50)));
    const events = await eventsOf(mulaw, { releaseMs: 1000 });
    expect(events.map((event) => event.type)).toEqual(['start', 'end']);
    const endMs = sentence.length / 8;
    expect(events[1]?.sampleMs).toBeGreaterThan(endMs - 700);
    expect(events[1]?.sampleMs).toBeLessThan(endMs + 200);
  });

  it('ends an utterance that a tone follows', async () => {
    const events = await eventsOf(encodeMulaw(join(speech(), sine({ hz: 425, ms: 3000 }))), {
      releaseMs: 1000,
    });
    expect(events.map((event) => event.type)).toEqual(['start', 'end']);
  });

  it('leaves silence to the judgement of WebRTC when its guards are open', async () => {
    const silence = new Uint8Array(16000).fill(0xff);
    expect(await eventsOf(silence, { thresholdDb: -200, minDbfs: Number.NEGATIVE_INFINITY })).toEqual([]);
  });

  it('refuses to go on once closed', async () => {
    const vad = await createWebRtcVad();
    vad.close();
    vad.close();
    expect(() => vad.push(new Uint8Array(160))).toThrow(expect.objectContaining({ code: 'AUDIO_CLOSED' }));
  });

  it('gives its memory back once, however often it is closed', async () => {
    const free = vi.spyOn((await loadFvad()).module, '_fvad_free');
    const vad = await createWebRtcVad();
    vad.close();
    vad.close();
    expect(free).toHaveBeenCalledTimes(1);
    free.mockRestore();
  });

  it('refuses a mode that is none', async () => {
    const mode = 4 as 3;
    await expect(createWebRtcVad({ mode })).rejects.toThrow(/mode is 4/);
  });
});
