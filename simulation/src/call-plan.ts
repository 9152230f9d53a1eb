import type { OnBreach, RateLimits } from '@hookline/client';
import type { MediaFormat } from '@hookline/protocol';
import type { Random } from './random.js';

/** How the server's key store behaves. */
export type KeyBehaviour = 'known' | 'late' | 'rejects' | 'hangs' | 'wrong' | 'throws' | 'invalid';

/** How the nonce store behaves; `own`: the bot's own store. */
export type NonceStoreBehaviour = 'own' | 'late' | 'rejects' | 'throws' | 'hangs' | 'invalid';

/** What is determined about a call before it starts. */
export interface CallPlan {
  readonly format: MediaFormat;
  readonly byteOrder: 'le' | 'be';
  readonly frameMs: number;
  readonly firstFrameAtOnce: boolean;
  readonly maxDurationMs: number;
  readonly drainOnDisconnect: boolean;
  /** What the client does with caller audio from before `opened`. */
  readonly lateOpened: 'burst' | 'discard';
  readonly acceptOutputsInClosed: boolean;
  readonly limits: 'genesys' | 'off' | RateLimits;
  readonly onBreach: OnBreach;
  readonly inspectAudio: boolean;
  readonly keys: KeyBehaviour;
  /** Both sinks throw at a random event and receive no more events. */
  readonly sinksThrow: boolean;
  /** The factory of the bot's sinks throws. */
  readonly sinkFactoryThrows: boolean;
  /** The bot's logger throws on each use. */
  readonly loggerThrows: boolean;
  readonly nonces: NonceStoreBehaviour;
  /** The bot has another call at the same time, which this one must not affect. */
  readonly concurrentCall: boolean;
  /** When the bot starts to drain; undefined: never. */
  readonly drain: { readonly atMs: number; readonly timeoutMs: number } | undefined;
}

/** Draws the plan of a short call: a few seconds, with frames of any duration but mostly long ones. */
export function drawCallPlan(random: Random): CallPlan {
  const maxDurationMs = random.weighted([
    [3, random.integer(50, 2000)],
    [3, random.integer(2000, 7000)],
    [2, random.integer(7000, 25_000)],
  ]);
  return {
    format: random.pick(['PCMU', 'PCMU', 'L16']),
    byteOrder: random.pick(['le', 'le', 'be']),
    frameMs: random.weighted([
      [6, 200],
      [6, random.integer(200, 1000)],
      [2, random.integer(60, 200)],
      [0.3, random.integer(10, 60)],
    ]),
    firstFrameAtOnce: random.chance(0.2),
    maxDurationMs,
    drainOnDisconnect: random.chance(0.25),
    lateOpened: random.pick(['burst', 'burst', 'discard']),
    acceptOutputsInClosed: random.chance(0.2),
    limits: random.weighted<CallPlan['limits']>([
      [6, 'genesys'],
      [1, 'off'],
      [1, { text: { perSecond: 1, burst: 3 }, binary: { perSecond: 2, burst: 4 } }],
    ]),
    onBreach: random.pick(['error', 'error', 'drop', 'close']),
    inspectAudio: random.chance(0.2),
    keys: random.weighted<KeyBehaviour>([
      [40, 'known'],
      [2, 'late'],
      [1, 'rejects'],
      [1, 'hangs'],
      [1, 'wrong'],
      [0.3, 'throws'],
      [0.3, 'invalid'],
    ]),
    sinksThrow: random.chance(0.05),
    sinkFactoryThrows: random.chance(0.02),
    loggerThrows: random.chance(0.05),
    nonces: random.weighted<NonceStoreBehaviour>([
      [40, 'own'],
      [2, 'late'],
      [0.5, 'rejects'],
      [0.5, 'throws'],
      [0.5, 'hangs'],
      [0.5, 'invalid'],
    ]),
    concurrentCall: random.chance(0.15),
    drain: random.chance(0.06)
      ? { atMs: random.integer(0, maxDurationMs), timeoutMs: random.integer(1, 5000) }
      : undefined,
  };
}
