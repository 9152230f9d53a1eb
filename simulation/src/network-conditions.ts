import { CLIENT_TIMERS } from '@hookline/protocol';
import { drawMalformedFrame, isLarge, type MalformedFrame } from './malformed-frame.js';
import type { Random } from './random.js';
import type { ArrivalRank } from './world.js';

/** The direction of a message: `up` from client to server, `down` from server to client. */
export type Direction = 'up' | 'down';

/** The delay of one direction. Jitter is added to the latency and does not change the order of messages. */
export interface Delay {
  readonly latencyMs: number;
  readonly jitterMs: number;
}

/** The outcome of the WebSocket handshake. */
export type HandshakeConditions =
  | { readonly outcome: 'made'; readonly ms: number }
  | { readonly outcome: 'refused' | 'broken'; readonly ms: number }
  | { readonly outcome: 'silent' };

/** A fault of the connection or of a machine at a moment of the call. */
export type FaultEvent =
  /** The connection breaks; the sides that notice it do so independently. */
  | { readonly what: 'cut'; readonly noticedBy: 'both' | 'client' | 'server' }
  /** Deliveries stop, including the end of the connection. */
  | { readonly what: 'silence'; readonly directions: readonly Direction[] }
  | { readonly what: 'malformed'; readonly direction: Direction; readonly frames: readonly MalformedFrame[] }
  | { readonly what: 'stall'; readonly machine: 'client' | 'server'; readonly ms: number }
  | { readonly what: 'wall-step'; readonly machine: 'client' | 'server'; readonly ms: number };

/** A change to one message in transit. */
export interface Tampering {
  readonly direction: Direction;
  /** The index of the message in its direction, from 0, audio included. */
  readonly index: number;
  readonly how: 'drop' | 'duplicate' | 'corrupt';
}

/** The network of a call, and the faults of the two machines. */
export interface NetworkConditions {
  /** Only latency and jitter, so that the two sides alone determine the outcome of the call. */
  readonly faultFree: boolean;
  readonly handshake: HandshakeConditions;
  readonly up: Delay;
  readonly down: Delay;
  readonly faults: readonly { readonly atMs: number; readonly fault: FaultEvent }[];
  readonly tampering: readonly Tampering[];
  /** The connection breaks after this many bytes in one direction. */
  readonly cutAtByte: { readonly direction: Direction; readonly byte: number } | undefined;
  /** An additional delay of `open`, so that the bot answers later. */
  readonly openDelayMs: number;
  /** Changes of a wall clock. They must not affect a call, so fault-free calls have them too. */
  readonly wallSteps: readonly WallStep[];
  readonly timerGridMs: { readonly client: number; readonly server: number };
  readonly arrivals: ArrivalRank;
}

/** A change of a wall clock during the call. */
export interface WallStep {
  readonly atMs: number;
  readonly machine: 'client' | 'server';
  readonly ms: number;
}

const HOUR_MS = 3_600_000;

/** The share of calls without faults. */
const FAULT_FREE_SHARE = 0.4;

/** Draws the network conditions of a call of about `callMs`. */
export function drawNetworkConditions(random: Random, callMs: number): NetworkConditions {
  const faultFree = random.chance(FAULT_FREE_SHARE);
  const base = {
    faultFree,
    up: drawDelay(random),
    down: drawDelay(random),
    openDelayMs: random.chance(0.12) ? random.integer(0, 8000) : 0,
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
    handshake: drawHandshakeConditions(random),
    faults: many(random, 0.8, 3, () => ({ atMs: random.integer(0, callMs), fault: drawFault(random) })),
    tampering: many(random, 0.25, 3, () => drawTampering(random)),
    cutAtByte: random.chance(0.1)
      ? { direction: drawDirection(random), byte: random.integer(0, random.pick([600, 3000, 40_000])) }
      : undefined,
  };
}

function drawDelay(random: Random): Delay {
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

function drawHandshakeConditions(random: Random): HandshakeConditions {
  return random.weighted<HandshakeConditions>([
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
