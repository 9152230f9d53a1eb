import type { BotTurnResponse, ClauseId } from '@hookline/protocol';
import type { PlaybackEnd } from '../playback/playback.js';

/**
 * Bot audio that comes this soon after the buffer ran dry was meant to follow without a gap: an under-run.
 * Later, it is a playback of its own.
 */
const UNDERRUN_MS = 500;
/** A bot that breaks a rule a thousand times says no more than one that breaks it often. */
const MAX_WARNINGS = 100;

/** Turns that a result holds, and the characters of their texts: a bot that floods gets no further. */
const MAX_TURNS = 1000;
const MAX_TURN_CHARS = 1024 * 1024;

/** Something that decided nothing but that an author should know. */
export interface LedgerWarning {
  readonly t: number;
  readonly text: string;
  readonly clause?: ClauseId;
}

/** One turn as the bot told it. */
export type LedgerTurn = BotTurnResponse['data'] & { readonly t: number };

/** What happened on a call, counted as it goes. Times are in milliseconds since dialling. */
export class Ledger {
  readonly warnings: LedgerWarning[] = [];
  readonly turns: LedgerTurn[] = [];
  dtmf = '';
  bargeIns = 0;
  flushedMs = 0;
  underruns = 0;
  languages: readonly string[] | undefined;
  outputs: Readonly<Record<string, unknown>> | undefined;
  outputsInClosed: Readonly<Record<string, unknown>> | undefined;
  connectedAtMs: number | undefined;
  openSentAtMs: number | undefined;
  openedAtMs: number | undefined;
  firstAudioAtMs: number | undefined;
  endedAtMs: number | undefined;
  turnsLeftOut = 0;
  #turnChars = 0;
  #dryAtMs: number | undefined;

  /** Keeps a warning. Returns false when there are too many already. */
  warn(warning: LedgerWarning): boolean {
    if (this.warnings.length >= MAX_WARNINGS) return false;
    this.warnings.push(warning);
    return true;
  }

  /** Keeps a turn. Beyond what a result holds it is only counted. */
  turn(turn: LedgerTurn): void {
    this.#turnChars += turn.text?.length ?? 0;
    if (this.turns.length < MAX_TURNS && this.#turnChars <= MAX_TURN_CHARS) this.turns.push(turn);
    else this.turnsLeftOut += 1;
  }

  playbackStarted(atMs: number): void {
    this.firstAudioAtMs ??= atMs;
    if (this.#dryAtMs !== undefined && atMs - this.#dryAtMs <= UNDERRUN_MS) this.underruns += 1;
    this.#dryAtMs = undefined;
  }

  playbackCompleted({ ended, atMs }: PlaybackEnd): void {
    this.#dryAtMs = ended === 'completed' ? atMs : undefined;
  }

  /** Barge-in dropped so much, played or not: on hold nothing plays. */
  bargedIn(flushedMs: number): void {
    this.bargeIns += 1;
    this.flushedMs += flushedMs;
    this.#dryAtMs = undefined;
  }

  /** The first `disconnect` counts; outputs in `closed` are kept apart. */
  returned(from: 'disconnect' | 'closed', outputs: Readonly<Record<string, unknown>>): void {
    if (from === 'disconnect') this.outputs ??= outputs;
    else this.outputsInClosed ??= outputs;
  }
}
