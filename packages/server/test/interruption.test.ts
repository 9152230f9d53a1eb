import { describe, expect, it } from 'vitest';
import type { Call, Playback, PlaybackResult } from '../src/index.js';
import type { ScriptedClient } from '../src/testing/index.js';
import { audio, hangUp, idle, openCall, untilEnd } from './open-call.js';

/** µ-law of so many milliseconds, all of one byte. */
const marked = (ms: number, mark: number) => new Uint8Array(ms * 8).fill(mark);

const bargeIns = (client: ScriptedClient) =>
  client.messages.filter(
    ({ message }) => message.type === 'event' && message.parameters.entities[0]?.type === 'barge_in',
  );

const wordsOf = (client: ScriptedClient) =>
  client.messages.flatMap(({ message }) =>
    message.type === 'event'
      ? message.parameters.entities.map(({ type, data }) =>
          typeof data === 'object' && data !== null && 'text' in data ? String(data.text) : type,
        )
      : [],
  );

/** A call that queues `count` playbacks, the k-th of byte k, and does `act` when a key is pressed. */
async function queued(count: number, act: (call: Call, playbacks: readonly Playback[]) => void, turns = 0) {
  const results: PlaybackResult[] = [];
  const line = await openCall((call) => {
    const playbacks = Array.from({ length: count }, (_, index) => call.playback(marked(2000, index + 1)));
    for (const { finished } of playbacks) void finished.then((result) => results.push(result));
    call.on('dtmf', () => {
      for (let turn = 0; turn < turns; turn++) call.turn({ disposition: 'match', text: `turn ${turn}` });
      act(call, playbacks);
    });
    return idle(call);
  });
  await line.clock.advance(1000);
  const before = line.client.frames.length;
  line.client.send('dtmf', { digit: '1' });
  return { ...line, before, results };
}

describe('an interruption of queued playbacks', () => {
  const ways: [string, (call: Call, playbacks: readonly Playback[]) => void][] = [
    ['stop()', (call) => call.stop()],
    ['bargeIn()', (call) => call.bargeIn()],
    ['stop() twice', (call) => [call.stop(), call.stop()]],
    ['a key while digits are collected', (call) => void call.collectDigits().catch(() => {})],
  ];
  const cases = ways.flatMap(([name, act]) => [1, 2, 4, 8].map((count) => ({ name, act, count })));

  it.each(cases)('$name with $count queued sends one barge_in and no frame more', async ({ act, count }) => {
    const { clock, client, before, results } = await queued(count, act);
    await clock.advance(1);
    if (bargeIns(client).length === 0) client.send('dtmf', { digit: '2' });
    await clock.advance(5000);
    expect(bargeIns(client)).toHaveLength(1);
    expect(client.frames.slice(before)).toEqual([]);
    expect(results).toEqual([
      { ended: 'interrupted', heardMs: expect.closeTo(1000, -1) },
      ...Array(count - 1).fill({ ended: 'interrupted', heardMs: 0 }),
    ]);
  });

  it.each(cases)(
    '$name with $count queued lets nothing of them be heard when events are held',
    async ({ act, count }) => {
      const { clock, client, before } = await queued(count, act, 19);
      await clock.advance(1);
      if (bargeIns(client).length === 0) client.send('dtmf', { digit: '2' });
      await clock.advance(6000);
      expect(client.frames.slice(before)).toEqual([]);
      expect(client.frames.every(({ bytes }) => bytes[0] === 1)).toBe(true);
    },
  );

  it.each<[string, (call: Call) => unknown]>([
    ['collected as a digit', (call) => call.collectDigits({ max: 4 }).catch(() => {})],
    ['answered with stop()', (call) => call.on('dtmf', () => call.stop())],
    ['both', (call) => [call.on('dtmf', () => call.stop()), call.collectDigits({ max: 4 }).catch(() => {})]],
  ])(
    'by a key that interrupts the first and is %s sends one barge_in and no further frame',
    async (_, act) => {
      const { clock, client } = await openCall((call) => {
        for (let mark = 1; mark <= 4; mark++) void call.play(marked(2000, mark), { bargeIn: true });
        act(call);
        return idle(call);
      });
      await clock.advance(1000);
      const before = client.frames.length;
      client.send('dtmf', { digit: '1' });
      await clock.advance(5000);
      expect(bargeIns(client)).toHaveLength(1);
      expect(client.frames.slice(before)).toEqual([]);
    },
  );

  it('by a key that interrupts the first starts the next one, and then what a listener queued', async () => {
    const { clock, client } = await openCall((call) => {
      call.on('dtmf', () => void call.play(marked(500, 3)));
      for (let mark = 1; mark <= 2; mark++) void call.play(marked(2000, mark), { bargeIn: true });
      return idle(call);
    });
    await clock.advance(1000);
    const before = client.frames.length;
    client.send('dtmf', { digit: '1' });
    await clock.advance(5000);
    expect(bargeIns(client)).toHaveLength(1);
    expect([...new Set(client.frames.slice(before).map(({ bytes }) => bytes[0]))]).toEqual([2, 3]);
  });

  it('sends audio that a source plays while it is stopped after the barge_in', async () => {
    const { clock, client } = await openCall((call) => {
      const source = {
        [Symbol.asyncIterator]: () => ({
          next: async () => ({ done: false, value: marked(200, 1) }),
          return: async () => {
            void call.play(marked(300, 2)).then(() => call.complete());
            return { done: true as const, value: undefined };
          },
        }),
      };
      call.playback(source);
      call.on('dtmf', () => call.stop());
      return idle(call);
    });
    await clock.advance(1000);
    client.send('dtmf', { digit: '1' });
    await clock.advance(1);
    const atMs = bargeIns(client)[0]?.atMs ?? Number.POSITIVE_INFINITY;
    await untilEnd(clock, client);
    const later = client.frames.filter(({ bytes }) => bytes[0] === 2);
    expect(later.reduce((ms, { bytes }) => ms + bytes.length / 8, 0)).toBe(300);
    expect(later.every((frame) => frame.atMs >= atMs)).toBe(true);
    expect(bargeIns(client)).toHaveLength(1);
    // Nothing of the second was flushed by the first's event.
    expect(client.player.heardMs).toBeCloseTo(1300, -2);
  });
});

describe('barge_in', () => {
  it('is sent before queued turns, in the order of the protocol', async () => {
    const { clock, client } = await queued(1, (call) => call.bargeIn(), 30);
    await clock.advance(250);
    expect(bargeIns(client)).toHaveLength(1);
    await clock.advance(4000);
    const words = wordsOf(client);
    expect(words.filter((word) => word !== 'barge_in')).toEqual(
      Array.from({ length: 30 }, (_, turn) => `turn ${turn}`),
    );
    expect(words.indexOf('barge_in')).toBeLessThanOrEqual(21);
    expect(client.messages.map(({ message }) => message.seq)).toEqual(
      client.messages.map((_, index) => index + 1),
    );
  });

  it('is sent once while it waits for the limits, so that the next reply is not late', async () => {
    const { clock, client } = await queued(1, (call) => {
      for (let times = 0; times < 100; times++) call.bargeIn();
      void call.play(marked(200, 9)).then(() => call.complete());
    });
    const interruptedMs = clock.now();
    await untilEnd(clock, client);
    const first = client.frames.find(({ bytes }) => bytes[0] === 9);
    expect(first?.atMs).toBeLessThan(interruptedMs + 1000);
    expect(bargeIns(client).length).toBeLessThan(30);
  });

  it('is followed by the turn of the next reply before its audio', async () => {
    const { clock, client } = await queued(
      1,
      (call) => {
        call.bargeIn();
        call.turn({ disposition: 'match', text: 'reply' });
        void call.play(marked(200, 9)).then(() => call.complete());
      },
      25,
    );
    await untilEnd(clock, client);
    const reply = client.messages.find(({ message }) => JSON.stringify(message).includes('"reply"'));
    const first = client.frames.find(({ bytes }) => bytes[0] === 9);
    expect(first?.atMs).toBeGreaterThanOrEqual(reply?.atMs ?? Number.POSITIVE_INFINITY);
    expect(client.frames.filter(({ bytes }) => bytes[0] === 9)).toHaveLength(1);
  });
});

describe('turns beyond the limits', () => {
  it('are logged once per backlog, because the end of the call waits for them', async () => {
    const warnings: string[] = [];
    const quiet = () => {};
    const logger = {
      debug: quiet,
      info: quiet,
      warn: (_: object, message: string) => void warnings.push(message),
      error: quiet,
    };
    const { clock, client } = await openCall(
      async (call) => {
        for (let turn = 0; turn < 100; turn++) call.turn({ disposition: 'match', text: `turn ${turn}` });
      },
      { logger },
    );
    await untilEnd(clock, client);
    expect(warnings).toEqual([expect.stringMatching(/25 messages of the bot wait .* the end of the call/)]);
  });

  it('are logged again for a backlog that begins when the one before has been sent', async () => {
    const warnings: string[] = [];
    const quiet = () => {};
    const logger = {
      debug: quiet,
      info: quiet,
      warn: (_: object, message: string) => void warnings.push(message),
      error: quiet,
    };
    let call: Call | undefined;
    const { clock, client } = await openCall(
      async (given) => {
        call = given;
        await given.ended;
      },
      { logger },
    );
    for (const backlogs of [1, 2]) {
      for (let turn = 0; turn < 60; turn++) call?.turn({ disposition: 'match', text: `turn ${turn}` });
      // The limit of the protocol is used up: the next message waits too.
      await clock.advanceUntil(() => client.all('event').length === 60 * backlogs, 60_000);
      expect(warnings).toHaveLength(backlogs);
    }
    await hangUp(clock, client);
  });
});

describe('heardMs of an interruption', () => {
  const cases = [0, 120, 300].flatMap((rttMs) => [300, 700, 1500].map((atMs) => ({ rttMs, atMs })));

  it.each(cases)(
    'is what was heard before any round trip was measured: RTT $rttMs, at $atMs ms',
    async ({ rttMs, atMs }) => {
      const kept: { heardMs?: number } = {};
      const { clock, client } = await openCall(
        (call) => {
          const playback = call.playback(audio(10_000));
          call.on('dtmf', () => {
            playback.stop();
            kept.heardMs = playback.heardMs;
          });
          return idle(call);
        },
        {},
        { latencyMs: rttMs / 2 },
      );
      await clock.advanceUntil(() => client.frames.length > 0);
      await clock.advance(atMs);
      client.send('dtmf', { digit: '1' });
      await clock.advanceUntil(() => bargeIns(client).length > 0);
      expect(Math.abs((kept.heardMs ?? 0) - client.player.heardMs)).toBeLessThanOrEqual(10);
    },
  );

  it.each([0, 120, 300])('at a hang-up is at most what was heard: RTT %i', async (rttMs) => {
    const results: PlaybackResult[] = [];
    const { clock, client } = await openCall(
      async (call) => {
        results.push(await call.play(audio(10_000)));
      },
      {},
      { latencyMs: rttMs / 2 },
    );
    await clock.advanceUntil(() => client.frames.length > 0);
    await clock.advance(1234);
    const heardMs = client.player.heardMs;
    await hangUp(clock, client);
    expect(results).toEqual([{ ended: 'callEnded', heardMs: expect.any(Number) }]);
    expect(results[0]?.heardMs).toBeLessThanOrEqual(heardMs);
    expect(results[0]?.heardMs).toBeGreaterThan(heardMs - 10);
  });
});

describe('a Web Stream with a push source', () => {
  /** As the README has it. */
  function pushable() {
    let to: ReadableStreamDefaultController<Uint8Array> | undefined;
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        to = controller;
      },
      cancel() {
        to = undefined;
      },
    });
    const push = (bytes: Uint8Array): boolean => {
      to?.enqueue(bytes);
      return to !== undefined;
    };
    return { stream, push };
  }

  it('may be written to after its playback was stopped, and reports this', async () => {
    const answer = pushable();
    const { clock, client } = await openCall((call) => {
      call.playback(answer.stream, { bargeIn: true });
      return idle(call);
    });
    answer.push(audio(300));
    await clock.advance(100);
    client.send('dtmf', { digit: '1' });
    await clock.advance(1);
    answer.push(audio(300));
    await clock.advance(1);
    expect(answer.push(audio(300))).toBe(false);
    await clock.advance(1000);
    expect(client.botAudioMs).toBe(250);
  });
});

it('counts the heard audio from the time at which a report of the client was due if the bot read it late', async () => {
  const heardMs: number[] = [];
  const handler = (call: Call) => {
    const { finished } = call.playback(marked(2000, 1));
    void finished.then((result) => heardMs.push(result.heardMs));
    call.on('dtmf', () => call.stop());
    return idle(call);
  };
  const { clock, client, stopAudio } = await openCall(handler, {}, { plays: false });
  stopAudio();
  client.send('ping', { rtt: 'PT0S' });
  const frames = async (count: number) => {
    for (let sent = 0; sent < count; sent++) {
      client.sendAudio(new Uint8Array(160));
      await clock.advance(20);
    }
  };
  await frames(10);
  // Nothing is read for 60 ms more: the report, two frames behind it, and then all is in time again.
  await clock.advance(60);
  client.send('playback_started', {});
  client.sendAudio(new Uint8Array(480));
  await clock.advance(20);
  await frames(10);
  client.send('dtmf', { digit: '1' });
  await clock.advance(1);
  expect(heardMs).toEqual([220 + 60]);
});

describe('an answer that begins right after a barge-in, within its round trip', () => {
  it.each([
    ['that began before', 2000],
    ['whose start was not reported yet', 250],
  ])('does not take over the reports about the audio %s', async (_, afterMs) => {
    let answer: Playback | undefined;
    let answeredAtMs = 0;
    let startedAtMs = 0;
    let call: Call | undefined;
    const { clock, client } = await openCall(
      (it) => {
        call = it;
        it.on('dtmf', () => {
          it.bargeIn();
          answeredAtMs = clock.now();
          answer = it.playback(audio(3000));
          void answer.started.then(() => {
            startedAtMs = clock.now();
          });
        });
        it.playback(audio(10_000));
        return idle(it);
      },
      {},
      { latencyMs: 200 },
    );
    await clock.advance(afterMs);
    client.send('dtmf', { digit: '1' });
    await clock.advance(6000);
    // Its first frame reaches the client after 200 ms, and the client's report comes back as late.
    expect(startedAtMs - answeredAtMs).toBe(400);
    expect(call?.stats.underruns).toBe(0);
    expect(await answer?.finished).toEqual({ ended: 'completed', heardMs: 3000 });
    await hangUp(clock, client);
  });
});

describe('a playback that a source stops or plays while it is stopped itself', () => {
  it('is heard, and the one that was stopped twice takes no other with it', async () => {
    const results: PlaybackResult[] = [];
    const { clock, client } = await openCall((call) => {
      let queued: Playback | undefined;
      void call.say('Hello', {
        synth: async (_text, { signal }) => {
          signal.addEventListener('abort', () => {
            void call.play(marked(500, 9)).then((result) => results.push(result));
            queued?.stop();
          });
          return marked(5000, 1);
        },
      });
      queued = call.playback(marked(1000, 2));
      call.on('dtmf', () => void call.bargeIn());
      return idle(call);
    });
    await clock.advance(1000);
    const before = client.frames.length;
    client.send('dtmf', { digit: '1' });
    await clock.advance(5000);
    expect(Buffer.concat(client.frames.slice(before).map(({ bytes }) => bytes))).toEqual(
      Buffer.from(marked(500, 9)),
    );
    expect(results).toEqual([{ ended: 'completed', heardMs: 500 }]);
    await hangUp(clock, client);
  });
});

describe('a playback whose source fails while a key is handled', () => {
  it.each<[string, (call: Call) => unknown]>([
    ['the key interrupts it', (call) => call.bargeIn()],
    ['the key stops it', (call) => call.stop()],
    ['the key ends the call', (call) => call.fail('no voice', { immediate: true })],
    ['nothing else happens', () => undefined],
  ])('rejects with that failure if then %s', async (_, act) => {
    const outcomes: unknown[] = [];
    const { clock, client } = await openCall(async (call) => {
      const stream = call.stream();
      for (const promise of [stream.started, stream.finished]) {
        promise.catch((error: unknown) => outcomes.push(error));
      }
      call.on('dtmf', () => {
        stream.write(Buffer.from('{"error":{"message":"quota exceeded"}}'));
        act(call);
      });
      await call.ended;
    });
    await clock.advance(1000);
    client.send('dtmf', { digit: '1' });
    await clock.advance(1000);
    const failed = expect.objectContaining({ code: 'SERVER_BAD_SOURCE' });
    expect(outcomes).toEqual([failed, failed]);
    if (client.types.includes('disconnect')) await untilEnd(clock, client);
    else await hangUp(clock, client);
  });
});
