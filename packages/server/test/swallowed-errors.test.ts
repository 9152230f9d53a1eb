import { expect, it } from 'vitest';
import type { Call } from '../src/index.js';
import { audio, hangUp, openCall } from './open-call.js';

/** Where a loop that is not slowed down ends; without it the test would never end. */
const MANY_ROUNDS = 100_000;

async function first(audio: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of audio) return;
}

/** What a bot may do in each round of a loop that swallows every error. */
const ROUNDS: Readonly<Record<string, (call: Call) => PromiseLike<unknown>>> = {
  'plays audio': (call) => call.play(audio(100)),
  'waits until a playback is heard': (call) => call.playback(audio(100)).started,
  'waits until a stream is heard': (call) => call.stream().finished,
  'says something': (call) => call.say('hello', { synth: () => audio(100) }),
  'collects digits': (call) => call.collectDigits(),
  'waits for an utterance': (call) => call.utterance(),
  'waits for utterances': async (call) => {
    for await (const _ of call.utterances()) return;
  },
  'reads the audio': (call) => first(call.audio),
  'reads samples': (call) => first(call.pcm16({ rate: 16_000 })),
  'reads the caller': (call) => first(call.caller()),
  'reads a stream of the audio': (call) => first(call.readable),
  'pauses the caller': (call) => call.pause(),
  'resumes the caller': (call) => call.resume(),
  'completes the call': (call) => call.complete(),
  'fails the call': (call) => call.fail('too late'),
};

/** What is answered at once during a call. */
const EMPTY_ROUNDS: typeof ROUNDS = {
  'plays nothing': (call) => call.play(new Uint8Array(0)),
  'plays a source without audio': (call) => call.play([]),
  // @ts-expect-error A bot in JavaScript.
  'plays what is no source': (call) => call.play(undefined),
  // @ts-expect-error A bot in JavaScript.
  'plays with an unknown option': (call) => call.play(audio(100), { formatt: 'PCMU' }),
  // @ts-expect-error A bot in JavaScript.
  'waits until no source is heard': (call) => call.playback(undefined).started,
  // @ts-expect-error A bot in JavaScript.
  'says nothing': (call) => call.say(undefined),
  // @ts-expect-error A bot in JavaScript.
  'collects digits with an unknown option': (call) => call.collectDigits({ maxx: 1 }),
  // @ts-expect-error A bot in JavaScript.
  'completes with a number': (call) => call.complete({ a: 1 }),
  // @ts-expect-error A bot in JavaScript.
  'fails without words': (call) => call.fail(5),
};

async function loop(call: Call, round: (call: Call) => PromiseLike<unknown>, counted: { rounds: number }) {
  while (counted.rounds < MANY_ROUNDS) {
    counted.rounds += 1;
    try {
      await round(call);
    } catch {
      // As many bots do.
    }
  }
}

it.each(Object.entries(ROUNDS))(
  'a loop that %s and swallows every error does not keep the process busy after the call',
  async (_, round) => {
    const counted = { rounds: 0 };
    const { clock, client } = await openCall(async (call) => {
      await call.ended;
      await loop(call, round, counted);
    });
    await hangUp(clock, client);
    await clock.advance(1000);
    expect(counted.rounds).toBeGreaterThan(100);
    expect(counted.rounds).toBeLessThan(500);
  },
);

it.each(Object.entries(EMPTY_ROUNDS))(
  'a loop that %s and swallows every error does not keep the process busy during the call',
  async (_, round) => {
    const counted = { rounds: 0 };
    const { clock, client } = await openCall((call) => loop(call, round, counted));
    await clock.advance(1000);
    expect(counted.rounds).toBeGreaterThan(50);
    expect(counted.rounds).toBeLessThan(500);
    await hangUp(clock, client);
  },
);
