import { encodeL16, encodeMulaw } from '@hookline/audio';
import { resample } from '@hookline/audio/resample';
import { CLIENT_AUDIO_CREDIT_MS } from '@hookline/protocol';
import { describe, expect, it } from 'vitest';
import { verifies } from '../../../scripts/verifies.ts';
import type { Call } from '../src/index.js';
import { dialBot, hangUp, idle, openCall } from './open-call.js';

describe('caller audio', () => {
  it(
    verifies(
      'AC-AUDIO-6',
      'reaches the bot as the very bytes of the transport, with their place in the stream',
    ),
    async () => {
      const heard: [Uint8Array, number][] = [];
      const { clock, client } = await dialBot((call) => {
        call.onAudio((bytes, atMs) => void heard.push([bytes, atMs]));
        return idle(call);
      });
      client.open();
      const frames = [new Uint8Array(1600).fill(1), new Uint8Array(8).fill(2), new Uint8Array(160).fill(3)];
      for (const frame of frames) client.sendAudio(frame);
      await clock.advance(1);
      expect(heard.map(([, atMs]) => atMs)).toEqual([0, 200, 201]);
      for (const [index, [bytes]] of heard.entries()) expect(bytes).toBe(frames[index]);
    },
  );

  it(verifies('AC-AUDIO-11', 'reaches the bot whole when ten seconds of it come at once'), async () => {
    let heardMs = 0;
    const { clock, client } = await dialBot((call) => {
      call.onAudio((bytes) => {
        heardMs += bytes.length / 8;
      });
      return idle(call);
    });
    client.open();
    for (let ms = 0; ms < CLIENT_AUDIO_CREDIT_MS; ms += 200) client.sendAudio(new Uint8Array(1600));
    await clock.advance(1);
    expect(heardMs).toBe(CLIENT_AUDIO_CREDIT_MS);
  });

  it(verifies('AC-PAUSE-5', 'goes on after a gap where the client says'), async () => {
    const at: number[] = [];
    const { clock, client } = await dialBot((call) => {
      call.onAudio((_, atMs) => void at.push(atMs));
      return idle(call);
    });
    client.open();
    client.sendAudio();
    client.send('paused', {});
    client.send('resumed', { start: 'PT0.2S', discarded: 'PT8S' });
    client.sendAudio();
    client.send('discarded', { start: 'PT8.4S', discarded: 'PT1S' });
    client.sendAudio();
    await clock.advance(1);
    expect(at).toEqual([0, 8200, 9400]);
  });

  it('no longer reaches a listener that was removed', async () => {
    let frames = 0;
    const { clock, client } = await openCall((call) => {
      const off = call.onAudio(() => {
        frames += 1;
        if (frames === 2) off();
      });
      return idle(call);
    });
    await clock.advance(2000);
    expect(frames).toBe(2);
    await hangUp(clock, client);
  });

  it('reaches each loop from the moment that loop starts', async () => {
    const first: number[] = [];
    const second: number[] = [];
    const { clock, client } = await dialBot(async (call) => {
      void (async () => {
        for await (const bytes of call.audio) first.push(bytes[0] ?? 0);
      })();
      call.on('dtmf', async () => {
        for await (const bytes of call.audio) second.push(bytes[0] ?? 0);
      });
      return idle(call);
    });
    client.open();
    client.sendAudio(new Uint8Array(160).fill(1));
    await clock.advance(1);
    client.send('dtmf', { digit: '1' });
    await clock.advance(1);
    client.sendAudio(new Uint8Array(160).fill(2));
    await clock.advance(1);
    expect([first, second]).toEqual([[1, 2], [2]]);
  });

  it('still reaches the other loops after one of them ends', async () => {
    const read: number[][] = [[], [], []];
    const { clock, client } = await dialBot(async (call) => {
      read.forEach(async (frames, loop) => {
        for await (const bytes of call.audio) {
          frames.push(bytes[0] ?? 0);
          if (loop === 0) break;
        }
      });
      return idle(call);
    });
    client.open();
    for (const frame of [1, 2]) {
      client.sendAudio(new Uint8Array(160).fill(frame));
      await clock.advance(1);
    }
    expect(read).toEqual([[1], [1, 2], [1, 2]]);
  });

  it('is buffered for a slow reader for two seconds; then the oldest is dropped, and counted', async () => {
    let call: Call | undefined;
    let tap: AsyncIterator<Uint8Array> | undefined;
    const { clock, client } = await dialBot((it) => {
      call = it;
      tap = it.audio[Symbol.asyncIterator]();
      return idle(it);
    });
    client.open();
    for (let frame = 1; frame <= 15; frame++) client.sendAudio(new Uint8Array(1600).fill(frame));
    await clock.advance(1);
    expect(call?.stats.droppedTapFrames).toBe(5);
    expect((await tap?.next())?.value?.[0]).toBe(6);
  });

  it('is available as a Web Stream', async () => {
    const read: number[] = [];
    const { clock, client } = await openCall(async (call) => {
      for await (const bytes of call.readable) read.push(bytes.length);
      return idle(call);
    });
    await clock.advance(500);
    await hangUp(clock, client);
    expect(read).toEqual([1600, 1600]);
  });

  it(
    verifies(
      'AC-MEDIA-6',
      'AC-MEDIA-7',
      'comes as samples of the caller alone at any rate, from two interleaved channels of L16',
    ),
    async () => {
      await resample(new Int16Array(2), { from: 8000, to: 16_000 });
      const samples: number[] = [];
      const { clock, client } = await dialBot(async (call) => {
        for await (const pcm of call.pcm16({ rate: 16_000 })) samples.push(...pcm);
      });
      client.open({
        media: [{ type: 'audio', format: 'L16', channels: ['external', 'internal'], rate: 8000 }],
      });
      await clock.advance(10);
      const stereo = Int16Array.from({ length: 3200 }, (_, index) => (index % 2 === 0 ? 1000 : -9000));
      client.sendAudio(encodeL16(stereo));
      await clock.advance(10);
      await hangUp(clock, client);
      expect(samples).toHaveLength(3200);
      expect(Math.abs((samples[1600] ?? 0) - 1000)).toBeLessThan(20);
    },
  );
});

describe('sendFrame', () => {
  it('sends the given bytes at once', async () => {
    const frame = encodeMulaw(new Int16Array(800));
    const { clock, client } = await dialBot((call) => {
      for (let sent = 0; sent < 30; sent++) call.sendFrame(frame);
      return idle(call);
    });
    client.open();
    await clock.advance(0);
    await clock.advance(1);
    expect(client.frames).toHaveLength(30);
    expect(client.frames[0]?.bytes).toBe(frame);
  });

  it.each([0, 64_001])('refuses %i bytes', async (length) => {
    let error: unknown;
    const { clock, client } = await dialBot((call) => {
      try {
        call.sendFrame(new Uint8Array(length));
      } catch (thrown) {
        error = thrown;
      }
      return idle(call);
    });
    client.open();
    await clock.advance(1);
    expect(error).toMatchObject({
      code: 'SERVER_BAD_FRAME',
      message: expect.stringMatching(`${length} bytes`),
    });
  });

  it('delays completion until its frames were heard', async () => {
    const { clock, client } = await openCall(async (call) => {
      call.sendFrame(new Uint8Array(16_000).fill(0x55));
    });
    await clock.advanceUntil(() => client.types.includes('disconnect'));
    expect(client.player.heardMs).toBe(2000);
  });
});
