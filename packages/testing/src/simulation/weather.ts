import { CLIENT_TIMERS } from '@hookline/protocol';
import type { Random } from './random.js';
import { drawRubbish, isLarge, type Rubbish } from './rubbish.js';
import type { ArrivalRank } from './world.js';

/** Which way something goes: `up` from client to server. */
export type Way = 'up' | 'down';

/** How long messages of one way travel; jitter comes on top, and never changes their order. */
export interface Travel {
  readonly latencyMs: number;
  readonly jitterMs: number;
}

/** How the WebSocket handshake goes. */
export type Handshake =
  | { readonly outcome: 'made'; readonly ms: number }
  | { readonly outcome: 'refused' | 'broken'; readonly ms: number }
  | { readonly outcome: 'silent' };

/** What happens to the connection, or to a machine, at a moment of the call. */
export type Blow =
  /** The connection breaks; each side that notices does so on its own. */
  | { readonly what: 'cut'; readonly noticedBy: 'both' | 'client' | 'server' }
  /** Nothing arrives any more, the end of the connection included. */
  | { readonly what: 'silence'; readonly ways: readonly Way[] }
  | { readonly what: 'rubbish'; readonly way: Way; readonly pieces: readonly Rubbish[] }
  | { readonly what: 'stall'; readonly machine: 'client' | 'server'; readonly ms: number }
  | { readonly what: 'wall-step'; readonly machine: 'client' | 'server'; readonly ms: number };

/** What happens to one message on its way. */
export interface Tampering {
  readonly way: Way;
  /** Which message of that way, counted from 0, audio included. */
  readonly index: number;
  readonly how: 'drop' | 'duplicate' | 'corrupt';
}

/** All that the world does to a call. */
export interface Weather {
  /** Nothing but latency and jitter: what the call comes to is the doing of its two sides. */
  readonly calm: boolean;
  readonly handshake: Handshake;
  readonly up: Travel;
  readonly down: Travel;
  readonly blows: readonly { readonly atMs: number; readonly blow: Blow }[];
  readonly tampering: readonly Tampering[];
  /** The connection breaks when so many bytes have been sent one way. */
  readonly cutAtByte: { readonly way: Way; readonly byte: number } | undefined;
  /** How long `open` is on its way beyond what any message is: the bot answers it so much later. */
  readonly openHeldMs: number;
  /** When a wall clock is set, forward or back. No call may feel that, so it happens to calm ones, too. */
  readonly wallSteps: readonly WallStep[];
  readonly timerGridMs: { readonly client: number; readonly server: number };
  readonly arrivals: ArrivalRank;
}

/** A wall clock that is set while the call is on. */
export interface WallStep {
  readonly atMs: number;
  readonly machine: 'client' | 'server';
  readonly ms: number;
}

const HOUR_MS = 3_600_000;

/** A calm call in so many. */
const CALM_SHARE = 0.4;

/** Draws the weather of a call that lasts about `callMs`. */
export function drawWeather(random: Random, callMs: number): Weather {
  const calm = random.chance(CALM_SHARE);
  const base = {
    calm,
    up: drawTravel(random),
    down: drawTravel(random),
    openHeldMs: random.chance(0.12) ? random.integer(0, 8000) : 0,
    wallSteps: many(random, 0.3, 3, () => ({
      atMs: random.integer(0, random.pick([callMs, 30_000])),
      machine: random.pick<WallStep['machine']>(['client', 'server']),
      ms: drawWallStep(random),
    })),
    timerGridMs: { client: drawGrid(random), server: drawGrid(random) },
    arrivals: random.pick<ArrivalRank>(['before-timers', 'after-timers']),
  };
  if (calm) {
    return {
      ...base,
      handshake: { outcome: 'made', ms: random.integer(0, 200) },
      blows: [],
      tampering: [],
      cutAtByte: undefined,
    };
  }
  return {
    ...base,
    handshake: drawHandshake(random),
    blows: many(random, 0.8, 3, () => ({ atMs: random.integer(0, callMs), blow: drawBlow(random) })),
    tampering: many(random, 0.25, 3, () => drawTampering(random)),
    cutAtByte: random.chance(0.1)
      ? { way: drawWay(random), byte: random.integer(0, random.pick([600, 3000, 40_000])) }
      : undefined,
  };
}

function drawTravel(random: Random): Travel {
  const latencyMs = random.pick([0, 1, random.integer(2, 40), random.integer(40, 300)]);
  return { latencyMs, jitterMs: random.chance(0.3) ? random.integer(1, 120) : 0 };
}

function drawGrid(random: Random): number {
  return random.weighted([
    [7, 0],
    [2, 1],
    [1, 15.625],
  ]);
}

function drawHandshake(random: Random): Handshake {
  return random.weighted<Handshake>([
    [30, { outcome: 'made', ms: random.integer(0, 400) }],
    [2, { outcome: 'made', ms: CLIENT_TIMERS.upgradeMs + random.integer(-20, 3000) }],
    [1, { outcome: 'refused', ms: random.integer(0, 3000) }],
    [1, { outcome: 'broken', ms: random.integer(0, 3000) }],
    [1, { outcome: 'silent' }],
  ]);
}

function drawBlow(random: Random): Blow {
  return random.weighted<() => Blow>([
    [3, () => ({ what: 'cut', noticedBy: random.pick(['both', 'both', 'client', 'server']) })],
    [4, () => ({ what: 'silence', ways: random.pick([['up'], ['down'], ['up', 'down']]) })],
    [3, () => drawRubbishBlow(random)],
    [
      3,
      () => ({
        what: 'stall',
        machine: random.pick(['client', 'server']),
        ms: random.pick([random.integer(1, 400), random.integer(400, 7000)]),
      }),
    ],
    [
      2,
      () => ({
        what: 'wall-step',
        machine: random.pick(['client', 'server']),
        ms: drawWallStep(random),
      }),
    ],
  ])();
}

function drawWallStep(random: Random): number {
  return random.pick([random.integer(-15_000, 15_000), HOUR_MS, -HOUR_MS]);
}

function drawRubbishBlow(random: Random): Blow {
  const way = drawWay(random);
  // A flood is many of one kind.
  const one = drawRubbish(random, way);
  const count = random.pick([1, 1, 2, isLarge(one) ? 1 : random.integer(3, 120)]);
  return { what: 'rubbish', way, pieces: Array.from({ length: count }, () => one) };
}

function drawTampering(random: Random): Tampering {
  return {
    way: drawWay(random),
    index: random.integer(0, random.pick([3, 30])),
    how: random.pick(['drop', 'duplicate', 'corrupt']),
  };
}

function drawWay(random: Random): Way {
  return random.pick(['up', 'down']);
}

function many<Item>(random: Random, probability: number, most: number, draw: () => Item): Item[] {
  return random.chance(probability) ? Array.from({ length: random.integer(1, most) }, draw) : [];
}
