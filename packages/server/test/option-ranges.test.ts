import { describe, expect, it } from 'vitest';
import { type BotLimits, type BotTimers, createBot } from '../src/index.js';

const CEILING = 2 ** 31 - 1;

/** The least and the largest values that are accepted, and the nearest ones that are refused. */
interface Edges {
  readonly accepted: readonly number[];
  readonly refused: readonly number[];
}

const COUNT: Edges = { accepted: [1, CEILING], refused: [0, 1.5, CEILING + 1, Number.POSITIVE_INFINITY] };
const TIME: Edges = {
  accepted: [Number.MIN_VALUE, 0.5, CEILING],
  refused: [0, -1, CEILING + 1, Number.POSITIVE_INFINITY],
};

const LIMITS: Readonly<Record<keyof BotLimits, Edges>> = {
  maxSessions: COUNT,
  maxSessionsPerKey: COUNT,
  maxPendingUpgrades: COUNT,
  maxPayloadBytes: COUNT,
  maxTextPerSecond: COUNT,
  maxAudioSpeed: {
    accepted: [Number.MIN_VALUE, 0.5, Number.MAX_VALUE],
    refused: [0, Number.POSITIVE_INFINITY],
  },
  maxBufferedBytes: COUNT,
  maxTapMs: TIME,
};

const TIMERS: Readonly<Record<keyof BotTimers, Edges>> = {
  upgradeHeadersMs: COUNT,
  authMs: TIME,
  openMs: TIME,
  prepareMs: TIME,
  silenceMs: TIME,
  idleMs: { accepted: [...TIME.accepted, Number.POSITIVE_INFINITY], refused: [0, -1, CEILING + 1] },
  closeMs: TIME,
  socketMs: TIME,
};

describe('a number at the edge of what an option accepts', () => {
  const rows = Object.entries({ limits: LIMITS, timers: TIMERS }).flatMap(([group, edges]) =>
    Object.entries(edges).map(([name, each]) => [group, name, each] as const),
  );
  it.each(rows)('%s.%s', (group, name, { accepted, refused }) => {
    const make = (value: number) => createBot({ auth: { key: null }, [group]: { [name]: value } }, () => {});
    for (const value of accepted) expect(() => make(value), `${value}`).not.toThrow();
    for (const value of refused) {
      expect(() => make(value), `${value}`).toThrow(
        expect.objectContaining({
          code: 'SERVER_BAD_OPTION',
          message: expect.stringContaining(`${group}.${name}`),
        }),
      );
    }
  });
});
