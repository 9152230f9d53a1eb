import type { BotTurnResponse, ClauseId } from '@hookline/protocol';
import type { PlaybackEnd } from '../playback/playback.js';
import { UNDERRUN_MS } from './gap-watch.js';

/** Most distinct warnings that are kept. */
const MAX_WARNINGS = 100;

/** Turns that a result holds, and the characters of their texts: a bot that floods gets no further. */
const MAX_TURNS = 1000;
const MAX_TURN_CHARS = 1024 * 1024;

/** Something that decided nothing but that an author should know, when it was seen first and how often. */
export interface RecordedWarning {
  readonly t: number;
  readonly text: string;
  readonly clause?: ClauseId;
  readonly count: number;
}

/** A warning that is about to be kept. */
export type NewWarning = Omit<RecordedWarning, 'count'>;

/** One turn as the bot sent it. */
export type RecordedTurn = BotTurnResponse['data'] & { readonly t: number };

/** Playbacks that a result holds: audio that runs dry again and again makes ever new ones. */
const MAX_PLAYBACKS = 1000;

/** One playback, as far as it has come. */
export interface RecordedPlayback extends Partial<Pick<PlaybackEnd, 'heardMs' | 'droppedMs' | 'ended'>> {
  readonly startedAtMs: number;
  readonly replyMs?: number;
}

/** What happened on a call, counted as it goes. Times are in milliseconds since dialling. */
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
  #dryAtMs: number | undefined;

  /** What was warned of, each once, in the order of its first occurrence. */
  get warnings(): readonly RecordedWarning[] {
    return [...this.#warnings.values()];
  }

  /** Keeps or counts a warning. Returns it when it is new; undefined for a repetition, and when there are too many. */
  warn(warning: NewWarning): RecordedWarning | undefined {
    const key = sameness(warning);
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

  /** Keeps a turn. Beyond what a result holds it is only counted. */
  turn(turn: RecordedTurn): void {
    this.#turnChars += turn.text?.length ?? 0;
    if (this.turns.length < MAX_TURNS && this.#turnChars <= MAX_TURN_CHARS) this.turns.push(turn);
    else this.turnsLeftOut += 1;
  }

  /** @param replyMs - since the last that the caller said or pressed; undefined where there was nothing */
  playbackStarted(atMs: number, replyMs?: number): void {
    this.firstAudioAtMs ??= atMs;
    this.#playing = this.playbacks.length;
    if (this.#playing < MAX_PLAYBACKS) {
      this.playbacks.push({ startedAtMs: atMs, ...(replyMs === undefined ? {} : { replyMs }) });
    }
    if (this.#dryAtMs !== undefined && atMs - this.#dryAtMs <= UNDERRUN_MS) this.underruns += 1;
    this.#dryAtMs = undefined;
  }

  playbackCompleted({ ended, atMs, heardMs, droppedMs }: PlaybackEnd): void {
    const started = this.playbacks[this.#playing];
    if (started) this.playbacks[this.#playing] = { ...started, heardMs, droppedMs, ended };
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

/** Warnings that differ in nothing but numbers and ids are one and the same. */
function sameness({ clause, text }: NewWarning): string {
  return `${clause ?? ''} ${text.replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '#').replace(/\d+(?:\.\d+)?/g, '#')}`;
}
