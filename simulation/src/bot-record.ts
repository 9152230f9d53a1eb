import type { CallStats, CollectedDigits, PlaybackResult } from '@hookline/server';
import type { BotSource } from './bot-source.js';
import { PromiseLedger } from './promise-ledger.js';

/** One `play` of the bot. */
export interface PlayRecord extends Pick<BotSource, 'totalMs' | 'hangs' | 'throws'> {
  readonly mark: number;
  result?: PlaybackResult;
  /** When the bot had the result. */
  resultAtMs?: number;
}

/** How and when the bot decided the end of its call. */
export interface Decision {
  readonly atMs: number;
  readonly how: 'complete' | 'fail' | 'crash';
  readonly immediate: boolean;
}

/** What the bot took back: audio that may not be sent any more. */
export interface Interruption {
  /** How much the server had told its sink by then. */
  readonly reportedCount: number;
  /** The first of the playbacks that are meant, and the one after the last, as they stand in `plays`. */
  readonly from: number;
  readonly to: number;
}

/** One `collectDigits` that was not refused. */
export interface Collection {
  /** How much the server had told its sink when it began. */
  readonly reportedCount: number;
  /** Whether a key may stop what plays. */
  readonly bargeIn: boolean;
  /** Undefined when the call ended first. */
  result?: CollectedDigits;
}

/** What a bot did and what came of it. */
export class BotRecord {
  readonly plays: PlayRecord[] = [];
  readonly promises = new PromiseLedger();
  /** Frames that went out unpaced. */
  rawFrames = 0;
  /** Each call of `stop`, `bargeIn` and the like. */
  readonly interruptions: Interruption[] = [];
  /** In the order in which they began. */
  readonly collections: Collection[] = [];
  /** When a detector of the bot's own took something for the beginning of speech: how much the server had told its sink. */
  readonly speechStarts: number[] = [];
  pauses = 0;
  /** Flurries of short playbacks, none of which is in `plays`. */
  staccatos = 0;
  /** Turns that were told: many hold up every other message. */
  turns = 0;
  /** The counters of the call, to be read at its end. */
  stats: CallStats | undefined;
  /** The first decision counts. */
  decision: Decision | undefined;
  /** The handler was called. */
  called = false;

  decide(decision: Decision): void {
    this.decision ??= decision;
  }
}
