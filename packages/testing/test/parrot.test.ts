import { readWav } from '@hookline/audio';
import { demoSpeech, parrot } from '@hookline/bots';
import { liveCaller } from '@hookline/client';
import { createStereoRecording } from '@hookline/trace';
import { describe, expect, test } from 'vitest';
import { linkedCall } from '../src/index.js';
import { finish } from './finish-call.js';
import { Recording } from './recording.js';
import { expectRepeatedSpeech } from './repeated-speech.js';
import { silence, spoken } from './signals.js';

const [hello, table] = demoSpeech().map(spoken);

describe('the parrot', () => {
  test('repeats speech later, at the same level, unclipped and without gaps', async () => {
    const recording = new Recording();
    const linked = linkedCall(parrot, {
      latencyMs: 20,
      call: { caller: [hello!.data], sink: recording },
    });
    const result = await finish(linked);
    const laterMs = expectRepeatedSpeech(recording, hello!.samples);
    // 800 ms without speech end the utterance; frames of 200 ms may delay that by two frames.
    expect(laterMs).toBeGreaterThan(hello!.durationMs);
    expect(laterMs).toBeLessThan(hello!.durationMs + 1500);
    expect(result).toMatchObject({
      path: 'success',
      outputs: { utterances: '1', heardMs: expect.stringMatching(/^\d+$/) },
      underruns: 0,
      cutMs: 0,
      warnings: [],
    });
    if (result.path === 'success') expect(Number(result.outputs['heardMs'])).toBeCloseTo(result.heardMs, -1);
  });

  test('repeats only the bytes of the caller', async () => {
    const recording = new Recording();
    const linked = linkedCall(parrot, { call: { caller: [table!.data], sink: recording } });
    await finish(linked);
    const said = Buffer.concat(recording.frames.out.map(({ bytes }) => bytes));
    const heard = Buffer.concat(recording.heardPieces.map(({ bytes }) => bytes));
    expect(heard.length).toBeGreaterThan(table!.data.length - 500);
    expect(said.indexOf(heard)).toBeGreaterThanOrEqual(0);
  });

  test('repeats two utterances, one of them spoken while it speaks', async () => {
    const recording = new Recording();
    const linked = linkedCall(parrot, {
      call: { caller: [hello!.data, silence(1200), table!.data], sink: recording },
    });
    expect(await finish(linked)).toMatchObject({ path: 'success', outputs: { utterances: '2' } });
    expectRepeatedSpeech(recording, hello!.samples);
    expectRepeatedSpeech(recording, table!.samples);
  });

  test('completes 2 s after its last playback', async () => {
    const linked = linkedCall(parrot, { call: { caller: [hello!.data] } });
    let playedAt = 0;
    linked.call.on('playbackCompleted', () => {
      playedAt = linked.clock.now();
    });
    const result = await finish(linked);
    expect(result.durationMs - playedAt).toBeCloseTo(2000, -1);
  });

  test('waits for the end of speech that started within these 2 s', async () => {
    const caller = liveCaller();
    const linked = linkedCall(parrot, { call: { caller } });
    caller.push(hello!.data);
    let playbacks = 0;
    linked.call.on('playbackCompleted', () => {
      playbacks += 1;
      if (playbacks === 1) linked.clock.after(1500, () => caller.push(table!.data));
    });
    expect(await finish(linked)).toMatchObject({ outputs: { utterances: '2' } });
  });

  test('completes after 10 s without speech', async () => {
    const linked = linkedCall(parrot);
    const result = await finish(linked);
    expect(result).toMatchObject({ path: 'success', outputs: { utterances: '0', heardMs: '0' } });
    expect(result.durationMs).toBeCloseTo(10_000, -1);
  });

  test('does not detect 40 ms of sound as speech', async () => {
    const click = new Uint8Array(40 * 8).map((_, i) => (i % 2 ? 0x10 : 0x90));
    const linked = linkedCall(parrot, { call: { caller: [silence(1000), click, silence(1000)] } });
    expect(await finish(linked)).toMatchObject({ outputs: { utterances: '0' } });
  });

  test('does not time out on hold', async () => {
    const linked = linkedCall(parrot);
    linked.clock.after(5000, () => linked.call.hold());
    linked.clock.after(65_000, () => linked.call.unhold());
    const result = await finish(linked);
    expect(result.path).toBe('success');
    expect(result.durationMs).toBeCloseTo(75_000, -2);
  });

  test.each(['PCMU', 'L16'] as const)('repeats %s, as the recording of the call shows', async (format) => {
    const recording = createStereoRecording();
    const linked = linkedCall(parrot, {
      call: { caller: [hello!.data], media: { format }, sink: recording },
    });
    expect(await finish(linked)).toMatchObject({ path: 'success', outputs: { utterances: '1' } });
    const { samples } = readWav(recording.wav());
    const lane = (side: 0 | 1) => samples.filter((_, index) => index % 2 === side);
    expectRepeatedSpeech({ left: lane(0), right: lane(1) }, hello!.samples);
  });
});
