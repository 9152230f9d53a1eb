import type { CallStats, CollectedDigits, PlaybackResult } from '@hookline/server';
import type { BotSource } from './bot-source.js';
import { PromiseTracker } from './promise-tracker.js';

/** One playback of the bot. */
export interface PlayRecord extends Pick<BotSource, 'totalMs' | 'hangs' | 'throws'> {
  readonly mark: number;
  /** Whether it ends when the next playback is queued. */
  yields?: boolean;
  result?: PlaybackResult;
  /** When the bot received the result. */
  resultAtMs?: number;
}

/** How and when the bot decided to end its call. */
export interface Decision {
  readonly atMs: number;
  readonly how: 'complete' | 'fail' | 'crash';
  readonly immediate: boolean;
}

/** An interruption by the bot: its playbacks must not be sent any further. */
export interface Interruption {
  /** The number of events that the server had reported by then. */
  readonly reportedCount: number;
  /** The interrupted playbacks, as a half-open range of indexes in `plays`. */
  readonly from: number;
  readonly to: number;
}

/** One `collectDigits` with valid options. */
export interface Collection {
  /** The number of events that the server had reported when it started. */
  readonly reportedCount: number;
  /** Whether a key may stop the playback. */
  readonly bargeIn: boolean;
  /** Undefined if the call ended first. */
  result?: CollectedDigits;
}

/** What a bot did, and the results. */
export class BotRecord {
  readonly plays: PlayRecord[] = [];
  readonly promises = new PromiseTracker();
  /** Frames sent with `sendFrame`, which are not paced. */
  rawFrames = 0;
  /** One for each `stop`, `bargeIn` and similar action. */
  readonly interruptions: Interruption[] = [];
  /** In the order in which they started. */
  readonly collections: Collection[] = [];
  /** For each speech start that the bot's own detector reported, the number of events that the server had reported. */
  readonly speechStarts: number[] = [];
  pauses = 0;
  /** Bursts of short playbacks, none of which is in `plays`. */
  playBursts = 0;
  /** The number of `turn` calls: many of them delay every other message. */
  turns = 0;
  /** The counters of the call. */
  stats: CallStats | undefined;
  /** The first decision. */
  decision: Decision | undefined;
  /** Whether the handler was called. */
  called = false;

  decide(decision: Decision): void {
    this.decision ??= decision;
  }
}
