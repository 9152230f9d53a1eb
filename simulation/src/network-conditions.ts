import { CLIENT_TIMERS } from '@hookline/protocol';
import { drawMalformedFrame, isLarge, type MalformedFrame } from './malformed-frame.js';
import type { Random } from './random.js';
import type { ArrivalRank } from './world.js';

/** Which way a message goes: `up` from client to server, `down` from server to client. */
export type Direction = 'up' | 'down';

/** How long messages of one direction travel; jitter comes on top, and never changes their order. */
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
export type FaultEvent =
  /** The connection breaks; each side that notices does so on its own. */
  | { readonly what: 'cut'; readonly noticedBy: 'both' | 'client' | 'server' }
  /** Nothing arrives any more, the end of the connection included. */
  | { readonly what: 'silence'; readonly directions: readonly Direction[] }
  | { readonly what: 'malformed'; readonly direction: Direction; readonly frames: readonly MalformedFrame[] }
  | { readonly what: 'stall'; readonly machine: 'client' | 'server'; readonly ms: number }
  | { readonly what: 'wall-step'; readonly machine: 'client' | 'server'; readonly ms: number };

/** What happens to one message on its way. */
export interface Tampering {
  readonly direction: Direction;
  /** Which message of that direction, counted from 0, audio included. */
  readonly index: number;
  readonly how: 'drop' | 'duplicate' | 'corrupt';
}

/** The network that a call meets, and what happens to the two machines. */
export interface NetworkConditions {
  /** Nothing but latency and jitter: what the call comes to is the doing of its two sides. */
  readonly faultFree: boolean;
  readonly handshake: Handshake;
  readonly up: Travel;
  readonly down: Travel;
  readonly faults: readonly { readonly atMs: number; readonly fault: FaultEvent }[];
  readonly tampering: readonly Tampering[];
  /** The connection breaks when so many bytes have been sent in one direction. */
  readonly cutAtByte: { readonly direction: Direction; readonly byte: number } | undefined;
  /** How long `open` is on its way beyond what any message is: the bot answers it so much later. */
  readonly openHeldMs: number;
  /** When a wall clock is set, forward or back. No call may feel that, so it happens to fault-free ones, too. */
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

/** The share of calls that are free of faults. */
const FAULT_FREE_SHARE = 0.4;

/** Draws the conditions of a call that lasts about `callMs`. */
export function drawNetworkConditions(random: Random, callMs: number): NetworkConditions {
  const faultFree = random.chance(FAULT_FREE_SHARE);
  const base = {
    faultFree,
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
  if (faultFree) {
    return {
      ...base,
      handshake: { outcome: 'made', ms: random.integer(0, 200) },
      faults: [],
      tampering: [],
      cutAtByte: undefined,
    };
  }
  return {
    ...base,
    handshake: drawHandshake(random),
    faults: many(random, 0.8, 3, () => ({ atMs: random.integer(0, callMs), fault: drawFault(random) })),
    tampering: many(random, 0.25, 3, () => drawTampering(random)),
    cutAtByte: random.chance(0.1)
      ? { direction: drawDirection(random), byte: random.integer(0, random.pick([600, 3000, 40_000])) }
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

function drawFault(random: Random): FaultEvent {
  return random.weighted<() => FaultEvent>([
    [3, () => ({ what: 'cut', noticedBy: random.pick(['both', 'both', 'client', 'server']) })],
    [4, () => ({ what: 'silence', directions: random.pick([['up'], ['down'], ['up', 'down']]) })],
    [3, () => drawMalformedFrames(random)],
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

function drawMalformedFrames(random: Random): FaultEvent {
  const direction = drawDirection(random);
  // A flood is many of one kind.
  const one = drawMalformedFrame(random, direction);
  const count = random.pick([1, 1, 2, isLarge(one) ? 1 : random.integer(3, 120)]);
  return { what: 'malformed', direction, frames: Array.from({ length: count }, () => one) };
}

function drawTampering(random: Random): Tampering {
  return {
    direction: drawDirection(random),
    index: random.integer(0, random.pick([3, 30])),
    how: random.pick(['drop', 'duplicate', 'corrupt']),
  };
}

function drawDirection(random: Random): Direction {
  return random.pick(['up', 'down']);
}

function many<Item>(random: Random, probability: number, most: number, draw: () => Item): Item[] {
  return random.chance(probability) ? Array.from({ length: random.integer(1, most) }, draw) : [];
}
