import type { VirtualClock } from '@hookline/runtime';
import { describe, expect, it } from 'vitest';
import type { Call, PlaybackResult, Synthesize } from '../src/index.js';
import { audio, hangUp, idle, openCall, untilEnd } from './open-call.js';

/** A synthesizer that takes as long as it is told, and plays bytes that tell the texts apart. */
function slow(clock: VirtualClock, ms: Readonly<Record<string, number>>): Synthesize {
  return (text) =>
    new Promise((resolve) => {
      clock.after(ms[text] ?? 0, () => resolve(new Uint8Array(4000).fill(text.length)));
    });
}

describe('say', () => {
  it('plays texts in order, each after its turn, regardless of how long each synthesis takes', async () => {
    const line = await openCall(async (call) => {
      await call.collectDigits({ max: 1 });
      const synth = slow(line.clock, { one: 800, three: 10 });
      await Promise.all([call.say('one', { synth }), call.say('three', { synth }), call.play(audio(500))]);
    });
    line.client.send('dtmf', { digit: '1' });
    await untilEnd(line.clock, line.client);
    const { client } = line;
    const heard = [
      ...client.messages.flatMap(({ atMs, message }) =>
        message.type === 'event' ? [{ atMs, what: JSON.stringify(message.parameters) }] : [],
      ),
      ...client.frames.map(({ atMs, bytes }) => ({ atMs: atMs + 0.001, what: String(bytes[0]) })),
    ].sort((a, b) => a.atMs - b.atMs);
    expect(heard.map(({ what }) => what.match(/"text":"(\w+)"/)?.[1] ?? what)).toEqual([
      'one',
      '3',
      '3',
      'three',
      '5',
      '5',
      '85',
      '85',
    ]);
  });

  it.each([
    ['immediately', 0],
    ['later', 50],
  ])('rejects if its source fails %s while the message limit delays its turn', async (_, ms) => {
    const failures: unknown[] = [];
    const { clock, client } = await openCall(async (call) => {
      for (let told = 0; told < 30; told++) call.turn({ disposition: 'match', text: `${told}` });
      const synth: Synthesize = async () =>
        (async function* () {
          if (ms > 0) await new Promise<void>((resolve) => clock.after(ms, resolve));
          yield* [];
          throw new Error('no voice');
        })();
      await call.say('hello', { synth }).catch((error) => failures.push(error));
      await call.play(audio(200));
    });
    await untilEnd(clock, client);
    expect(failures).toEqual([expect.objectContaining({ code: 'SERVER_SOURCE_FAILED' })]);
    expect(client.botAudioMs).toBe(200);
  });

  it.each<[string, (call: Call) => void]>([
    ['bargeIn()', (call) => call.bargeIn()],
    ['stop()', (call) => call.stop()],
  ])('is stopped by %s while its audio is being synthesized, and sends no turn', async (_, act) => {
    const results: PlaybackResult[] = [];
    let aborted = 0;
    let give = (_: Uint8Array) => {};
    const { clock, client } = await openCall((call) => {
      call.on('dtmf', () => act(call));
      const synth: Synthesize = (_, { signal }) => {
        signal.addEventListener('abort', () => {
          aborted += 1;
        });
        return new Promise((resolve) => {
          give = resolve;
        });
      };
      void call.say('stale', { synth }).then((result) => results.push(result));
      return idle(call);
    });
    await clock.advance(100);
    client.send('dtmf', { digit: '1' });
    await clock.advance(1);
    expect(results).toEqual([{ ended: 'interrupted', heardMs: 0 }]);
    expect(aborted).toBe(1);
    give(audio(1000));
    await clock.advance(2000);
    expect(client.frames).toEqual([]);
    expect(JSON.stringify(client.all('event'))).not.toContain('stale');
  });

  it('is stopped by a key while its audio is being synthesized if it allows that', async () => {
    const results: PlaybackResult[] = [];
    const { clock, client } = await openCall((call) => {
      const synth: Synthesize = () => new Promise(() => {});
      void call.say('stale', { synth, bargeIn: true }).then((result) => results.push(result));
      return idle(call);
    });
    client.send('dtmf', { digit: '1' });
    await clock.advance(1);
    expect(results).toEqual([{ ended: 'interrupted', heardMs: 0 }]);
  });

  it('settles at the end of the call if the synthesizer hangs', async () => {
    const steps: unknown[] = [];
    const { clock, client } = await openCall(async (call) => {
      const synth: Synthesize = (_, { signal }) => {
        signal.addEventListener('abort', () => steps.push(signal.reason.code));
        return new Promise(() => {});
      };
      steps.push(await call.say('one', { synth }));
      steps.push(await call.say('two', { synth }).catch((error) => error.code));
    });
    await clock.advance(100);
    await hangUp(clock, client);
    expect(steps).toEqual(['CALL_ENDED', { ended: 'callEnded', heardMs: 0 }, 'CALL_ENDED']);
  });

  it('rejects with the error of the synthesizer as the cause and sends no turn, and the next one plays', async () => {
    const error: { code?: string; cause?: unknown } = {};
    const { clock, client } = await openCall(async (call) => {
      const failing = call.say('down', { synth: () => Promise.reject(new Error('no voice')) });
      const next = call.say('up', { synth: () => [audio(300)] });
      Object.assign(error, await failing.catch(({ code, cause }) => ({ code, cause })));
      await next;
    });
    await untilEnd(clock, client);
    expect(error).toEqual({ code: 'SERVER_SOURCE_FAILED', cause: new Error('no voice') });
    expect(JSON.stringify(client.all('event'))).not.toContain('down');
    expect(client.player.heardMs).toBe(300);
  });

  it('closes a source that arrives after it was stopped', async () => {
    let returned = false;
    let give = (_: AsyncIterable<Uint8Array>) => {};
    const { clock, client } = await openCall((call) => {
      call.on('dtmf', () => call.stop());
      const synth: Synthesize = () =>
        new Promise((resolve) => {
          give = resolve;
        });
      void call.say('late', { synth });
      return idle(call);
    });
    await clock.advance(10);
    client.send('dtmf', { digit: '1' });
    await clock.advance(10);
    give({
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false, value: audio(200) }),
        return: async () => {
          returned = true;
          return { done: true, value: undefined };
        },
      }),
    });
    await clock.advance(10);
    expect(returned).toBe(true);
  });

  it('refuses a text too long for a message before synthesis', async () => {
    let made = 0;
    let error: unknown;
    const { clock } = await openCall(async (call) => {
      const synth: Synthesize = () => {
        made += 1;
        return audio(100);
      };
      error = await call.say('x'.repeat(66_000), { synth }).catch((thrown) => thrown);
      return idle(call);
    });
    await clock.advance(10);
    expect(made).toBe(0);
    expect(error).toMatchObject({ code: 'SERVER_TEXT_TOO_LONG', isUsage: true });
  });
});
