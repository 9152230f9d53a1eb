import { UTTERANCE_GAP_MS } from '@hookline/audio';
import { checkArgument } from '@hookline/runtime';
import { latency, seconds } from '../ladder/cells.js';
import type { PlaybackSummary } from './summary.js';

/** The facts of a playback, from a summary or from the result of a call. */
export interface PlaybackFacts {
  readonly startedAtMs: number;
  readonly replyMs?: number | undefined;
  /** How long it was heard; undefined during playback. */
  readonly heardMs?: number | undefined;
  readonly droppedMs?: number | undefined;
  readonly ended?: 'completed' | 'bargeIn' | 'disconnected' | undefined;
}

/** A row of a table of playbacks, as text; unknown fields are empty. */
export interface PlaybackRow {
  /** When the caller started to hear it. */
  readonly at: string;
  /** The reply latency: the time since the caller's last input. */
  readonly reply: string;
  readonly heard: string;
  /** How it ended, unless it was heard to the end. */
  readonly note: string;
}

/** What the caller heard, one row per utterance: audio that continues at once after an empty buffer is one row. */
export function playbackTable(playbacks: readonly PlaybackFacts[]): PlaybackRow[] {
  checkArgument('TRACE_BAD_OPTION', 'playbackTable: playbacks', playbacks, 'list');
  const spoken: { first: PlaybackFacts; last: PlaybackFacts; heardMs: number | undefined; gaps: number }[] =
    [];
  for (const playback of playbacks) {
    const before = spoken.at(-1);
    if (before && playback.replyMs === undefined && continues(before.last, playback)) {
      before.heardMs = sum(before.heardMs, playback.heardMs);
      before.last = playback;
      before.gaps += 1;
    } else spoken.push({ first: playback, last: playback, heardMs: playback.heardMs, gaps: 0 });
  }
  return spoken.map(({ first, last, heardMs, gaps }) => ({
    at: `${(first.startedAtMs / 1000).toFixed(3)} s`,
    reply: first.replyMs === undefined ? '' : latency(first.replyMs),
    heard: heardMs === undefined ? '' : seconds(heardMs),
    note: [
      gaps > 0 && `${gaps} ${gaps === 1 ? 'gap' : 'gaps'}`,
      last.ended === 'bargeIn' && 'interrupted',
      last.ended === 'disconnected' && 'cut by the end of the call',
      (last.droppedMs ?? 0) > 0 && `${seconds(last.droppedMs ?? 0)} dropped`,
    ]
      .filter(Boolean)
      .join(', '),
  }));
}

function continues(before: PlaybackFacts, { startedAtMs }: PlaybackFacts): boolean {
  if (before.ended !== 'completed' || before.heardMs === undefined) return false;
  return startedAtMs - before.startedAtMs - before.heardMs <= UTTERANCE_GAP_MS;
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0);
}

/** The playbacks of a summary. If the client did not report what was heard, it is the time that was played. */
export function playbackFacts(playbacks: readonly PlaybackSummary[]): PlaybackFacts[] {
  checkArgument('TRACE_BAD_OPTION', 'playbackFacts: playbacks', playbacks, 'list');
  return playbacks.map(({ startedAt, playedMs, replyMs, heardMs, droppedMs, ended }) => ({
    startedAtMs: startedAt,
    replyMs,
    droppedMs,
    ended,
    heardMs: heardMs ?? playedMs,
  }));
}
