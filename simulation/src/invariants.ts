import type { Evidence, Invariant } from './evidence.js';
import { botEnd } from './invariants/bot-end.js';
import { bounds } from './invariants/bounds.js';
import { callerAudio } from './invariants/caller-audio.js';
import { concurrentCall } from './invariants/concurrent-call.js';
import { interruptions } from './invariants/interruptions.js';
import { oneEnd } from './invariants/one-end.js';
import { path } from './invariants/path.js';
import { playback } from './invariants/playback.js';
import { rates } from './invariants/rates.js';
import { reports } from './invariants/reports.js';
import { wireOrder } from './invariants/wire-order.js';

const INVARIANTS: readonly Invariant[] = [
  ...[oneEnd, wireOrder, reports, playback, rates, bounds, path, botEnd],
  ...[interruptions, callerAudio, concurrentCall],
];

/** The violated invariants, one sentence each; empty if all hold. */
export function brokenInvariants(evidence: Evidence): string[] {
  return INVARIANTS.flatMap((invariant) => invariant(evidence));
}
