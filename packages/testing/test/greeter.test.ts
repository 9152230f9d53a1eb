import { MULAW_SILENCE, readWav } from '@hookline/audio';
import { describe, expect, test } from 'vitest';
import { demoSpeech, greeter, linkedCall, phrase } from '../src/index.js';
import { finish } from './nothing-left.js';
import { Recording } from './recording.js';

const hello = readWav(demoSpeech()[0]!.bytes);
const greetingMs = readWav(phrase('greeting').bytes).durationMs;
const silence = (ms: number) => new Uint8Array(ms * 8).fill(MULAW_SILENCE);

describe('the greeter', () => {
  test('greets as soon as the call is open, and tells its turn', async () => {
    const recording = new Recording();
    const linked = linkedCall(greeter, { call: { sink: recording } });
    const result = await finish(linked);
    expect(result).toMatchObject({
      path: 'success',
      outputs: { interrupted: 'false', utterances: '0' },
      turns: [{ disposition: 'match', text: phrase('greeting').text }, { disposition: 'no_input' }],
      cutMs: 0,
      warnings: [],
    });
    expect(recording.heardPieces[0]?.t).toBeLessThan(250);
    expect(result.heardMs).toBeCloseTo(greetingMs, -1);
    if (result.path === 'success') expect(Number(result.outputs['heardMs'])).toBeCloseTo(greetingMs, -1);
  });

  test('says one utterance back', async () => {
    const linked = linkedCall(greeter, { call: { caller: [silence(5000), hello.data] } });
    expect(await finish(linked)).toMatchObject({
      path: 'success',
      outputs: { interrupted: 'false', utterances: '1' },
      bargeIns: 0,
      cutMs: 0,
    });
  });
});
