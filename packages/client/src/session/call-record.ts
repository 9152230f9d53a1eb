import { UTTERANCE_GAP_MS } from '@hookline/audio';
import type { BotTurnResponse, ClauseId } from '@hookline/protocol';
import type { PlaybackEnd } from '../playback/playback.js';
import type { OutputsFrom } from './machine/effects.js';

/** The maximum number of distinct warnings. */
const MAX_WARNINGS = 100;

/** The maximum number of turns in a result, and of the characters of their texts, as a bound against floods. */
const MAX_TURNS = 1000;
const MAX_TURN_CHARS = 1024 * 1024;

/** A warning, the time of its first occurrence and its count. */
export interface RecordedWarning {
  readonly t: number;
  readonly text: string;
  readonly clause?: ClauseId;
  readonly count: number;
}

/** A warning that is about to be recorded. */
export type NewWarning = Omit<RecordedWarning, 'count'>;

/** A turn as the bot sent it. */
export type RecordedTurn = BotTurnResponse['data'] & { readonly t: number };

/** The maximum number of playbacks in a result, because a buffer that repeatedly runs empty creates new ones. */
export const MAX_PLAYBACKS = 1000;

/** A playback so far. */
export interface RecordedPlayback extends Partial<Pick<PlaybackEnd, 'heardMs' | 'droppedMs' | 'ended'>> {
  readonly startedAtMs: number;
  readonly replyMs?: number;
}

/** Records what happens on a call. Times are in milliseconds since dialling. */
export class CallRecord {
  readonly turns: RecordedTurn[] = [];
  readonly playbacks: RecordedPlayback[] = [];
  dtmf = '';
  bargeIns = 0;
  flushedMs = 0;
  underruns = 0;
  languages: readonly string[] | undefined;
  outputs: Readonly<Record<string, unknown>> | undefined;
  outputsInClosed: Readonly<Record<string, unknown>> | undefined;
  outputsOfSecondDisconnect: Readonly<Record<string, unknown>> | undefined;
  connectedAtMs: number | undefined;
  openSentAtMs: number | undefined;
  openedAtMs: number | undefined;
  firstAudioAtMs: number | undefined;
  endedAtMs: number | undefined;
  turnsLeftOut = 0;
  readonly #warnings = new Map<string, RecordedWarning>();
  #turnChars = 0;
  /** Index of the current playback; past the last one if there are too many. */
  #playing = 0;
  #completedAtMs: number | undefined;

  /** The warnings, each once, in the order of their first occurrence. */
  get warnings(): readonly RecordedWarning[] {
    return [...this.#warnings.values()];
  }

  /** Records or counts a warning. Returns it if it is new; undefined for a repetition, or if there are too many. */
  warn(warning: NewWarning): RecordedWarning | undefined {
    const key = keyOf(warning);
    const known = this.#warnings.get(key);
    if (known) {
      this.#warnings.set(key, { ...known, count: known.count + 1 });
      return undefined;
    }
    if (this.#warnings.size >= MAX_WARNINGS) return undefined;
    const kept = { ...warning, count: 1 };
    this.#warnings.set(key, kept);
    return kept;
  }

  /** Records a turn. Beyond the maximum it is only counted. */
  turn(turn: RecordedTurn): void {
    this.#turnChars += turn.text?.length ?? 0;
    if (this.turns.length < MAX_TURNS && this.#turnChars <= MAX_TURN_CHARS) this.turns.push(turn);
    else this.turnsLeftOut += 1;
  }

  /** @param continues - whether it may continue what the bot played before */
  playbackStarted(atMs: number, continues: boolean): void {
    this.firstAudioAtMs ??= atMs;
    this.#playing = this.playbacks.length;
    if (this.#playing < MAX_PLAYBACKS) {
      this.playbacks.push({ startedAtMs: atMs });
    }
    if (continues && this.#completedAtMs !== undefined && atMs - this.#completedAtMs <= UTTERANCE_GAP_MS)
      this.underruns += 1;
    this.#completedAtMs = undefined;
  }

  /** A reply began: its playback, which may have ended, is one, or contains some. The first counts. */
  replied({ t, replyMs }: { readonly t: number; readonly replyMs: number }): void {
    if (this.#playing >= MAX_PLAYBACKS) return;
    const index = this.playbacks.findLastIndex(({ startedAtMs }) => startedAtMs <= t);
    const started = this.playbacks[index];
    if (started) this.playbacks[index] = { ...started, replyMs: started.replyMs ?? replyMs };
  }

  playbackCompleted({ ended, atMs, heardMs, droppedMs }: PlaybackEnd): void {
    const started = this.playbacks[this.#playing];
    if (started) this.playbacks[this.#playing] = { ...started, heardMs, droppedMs, ended };
    this.#completedAtMs = atMs;
  }

  /** A barge-in dropped audio, even if none of it was playing, as on hold. */
  bargedIn(flushedMs: number): void {
    this.bargeIns += 1;
    this.flushedMs += flushedMs;
  }

  /** The first `disconnect` counts; what comes later is recorded separately. */
  returned(from: OutputsFrom, outputs: Readonly<Record<string, unknown>>): void {
    if (from === 'disconnect') this.outputs ??= outputs;
    else if (from === 'closed') this.outputsInClosed ??= outputs;
    else this.outputsOfSecondDisconnect ??= outputs;
  }
}

/** Warnings that differ only in numbers and ids count as equal. */
function keyOf({ clause, text }: NewWarning): string {
  return `${clause ?? ''} ${text.replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '#').replace(/\d+(?:\.\d+)?/g, '#')}`;
}
