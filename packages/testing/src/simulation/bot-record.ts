import type { PlaybackResult } from '@hookline/server';
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

/** What a bot did and what came of it. */
export class BotRecord {
  readonly plays: PlayRecord[] = [];
  readonly promises = new PromiseLedger();
  /** Frames that went out unpaced. */
  rawFrames = 0;
  /** `stop`, `bargeIn` and the like were called. */
  interruptions = 0;
  pauses = 0;
  /** Flurries of short playbacks, none of which is in `plays`. */
  staccatos = 0;
  /** Turns that were told: many hold up every other message. */
  turns = 0;
  /** The first decision counts. */
  decision: Decision | undefined;
  /** The handler was called. */
  called = false;

  decide(decision: Decision): void {
    this.decision ??= decision;
  }
}
