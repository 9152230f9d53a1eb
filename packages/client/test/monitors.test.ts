import { encodeL16, encodeMulaw, sine, writeWav } from '@hookline/audio';
import { describe, expect, it } from 'vitest';
import { inTurn, silenceCaller, toneCaller } from '../src/index.js';
import { audio, openCall } from './scripted-call.js';

const speechFrames = sine({ hz: 300, ms: 1000, dbfs: -20 });

describe('the monitors of a call', () => {
  it.each<[string, Uint8Array, RegExp, string | undefined]>([
    [
      'a WAV file',
      writeWav({ rate: 8000, channels: 1, codec: 'pcm16', data: speechFrames }),
      /WAV/,
      'AC-AUDIO-1',
    ],
    ['PCM16', encodeL16(speechFrames), /PCM16|16-bit/i, 'AC-AUDIO-1'],
    ['0x00 for silence', new Uint8Array(8000), /0x00|silence/i, undefined],
  ])('warn that the bot sends %s', async (_, bytes, text, clause) => {
    const { clock, server, call } = await openCall({ inspectAudio: true });
    server.binary(bytes);
    server.binary(bytes);
    await clock.advance(4000);
    call.hangup();
    const { warnings } = await clock.run(call.result);
    expect(warnings[0]?.message).toMatch(text);
    expect(warnings[0]?.clause).toBe(clause);
    // Each finding once, although all of it arrived twice.
    expect(new Set(warnings.map((warning) => warning.message)).size).toBe(warnings.length);
  });

  it('do not warn about speech', async () => {
    const { clock, server, call } = await openCall({ inspectAudio: true });
    server.binary(encodeMulaw(speechFrames));
    await clock.advance(2000);
    call.hangup();
    expect((await clock.run(call.result)).warnings).toEqual([]);
  });

  it('report each unknown field once', async () => {
    const { clock, server, call } = await openCall();
    for (let index = 0; index < 3; index++) {
      server.text(
        JSON.stringify({
          ...server.envelope(),
          type: 'event',
          position: 'PT1.0S',
          parameters: { entities: [] },
        }),
      );
    }
    await clock.settle();
    call.hangup();
    expect((await clock.run(call.result)).warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^event has fields .* at \/position; they were ignored$/),
    ]);
  });

  it('measure a reply from the end of the caller’s speech to the first sample heard', async () => {
    const caller = inTurn(silenceCaller(500), toneCaller({ durationMs: 700 }), silenceCaller(5000));
    const { clock, server, call } = await openCall({ caller });
    await clock.advance(1800);
    server.binary(audio(400));
    await clock.advance(1000);
    // No input before this one: no reply.
    server.binary(audio(400));
    await clock.advance(1000);
    call.hangup();
    const { replyMs, playbacks } = (await clock.run(call.result)).timings;
    expect(replyMs).toEqual([600]);
    expect(playbacks).toEqual([
      { startedAtMs: 1800, replyMs: 600, heardMs: 400, droppedMs: 0, ended: 'completed' },
      { startedAtMs: 2800, heardMs: 400, droppedMs: 0, ended: 'completed' },
    ]);
  });

  it('measure a reply to a key from the key, and report how each playback ended', async () => {
    const { clock, server, call } = await openCall({});
    await clock.advance(1000);
    void call.sendDtmf('1');
    await clock.advance(250);
    server.binary(audio(1000));
    await clock.advance(300);
    server.send('event', { entities: [{ type: 'barge_in', data: {} }] });
    await clock.advance(300);
    server.binary(audio(1000));
    await clock.advance(100);
    call.hangup();
    const { playbacks, replyMs } = (await clock.run(call.result)).timings;
    expect(replyMs).toEqual([]);
    expect(playbacks).toMatchObject([
      { replyMs: 250, heardMs: 300, droppedMs: 700, ended: 'bargeIn' },
      { heardMs: 100, droppedMs: 900, ended: 'disconnected' },
    ]);
    expect(playbacks[1]).not.toHaveProperty('replyMs');
  });
});
