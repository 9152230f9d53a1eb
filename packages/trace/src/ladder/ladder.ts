import type { MediaParameter, WireEvent } from '@hookline/protocol';
import type { AudioRow, TraceRow } from '../format/row.js';
import { createCallMedia } from '../message/call-media.js';
import { redactEvent } from '../redaction/redact-event.js';
import { createRedactor } from '../redaction/redactor.js';
import { type Lane, laneOf, type Vantage } from '../vantage.js';
import { createAnnotate } from './annotate.js';
import { printable } from './escape.js';
import { createPen, type LadderStyle } from './pen.js';
import { type LadderEvent, ladderRow } from './row.js';

/** How a ladder is drawn, and of what. */
export interface LadderOptions extends LadderStyle {
  readonly vantage: Vantage;
  /** Who stands at the left; default `Genesys`, with `(hookline)` where this side is the client. */
  readonly left?: string;
  /** Who stands at the right; default `bot`, with `(hookline)` where this side is the server. */
  readonly right?: string;
  /** What audio is until `opened` says it; default µ-law, the external channel. */
  readonly media?: MediaParameter;
}

/** A call as rows of text, the client at the left and the bot at the right. Feed it in order, live or from a trace. */
export interface Ladder {
  /** The row above all others. */
  readonly titles: string;
  /** Takes an event and returns the rows that are ready: audio and playbacks wait for what follows them. */
  push(event: LadderEvent): string[];
  /** The rows that still wait. */
  flush(): string[];
}

type Run = Pick<AudioRow, 'kind' | 't' | 'dir' | 'frames' | 'bytes'>;
type Playback = Extract<WireEvent | TraceRow, { kind: 'playback' }>;

/** Audio that goes on this long has its row, so that a live ladder moves. */
const LONGEST_WAIT_MS = 5000;

/** Makes a ladder with nothing in it. Credentials are masked in it as in a trace. */
export function createLadder(options: LadderOptions): Ladder {
  const { vantage } = options;
  const pen = createPen(options);
  const media = createCallMedia(options.media);
  const annotate = createAnnotate(vantage, media);
  const redactor = createRedactor();
  const runs = new Map<Lane, Run>();
  let playback: Playback | undefined;

  const row = (event: LadderEvent, heard?: Playback) =>
    ladderRow(event, { vantage, pen, media, ...annotate(event, heard) });

  const audioRows = () => {
    const waiting = [...runs.values()].sort((a, b) => a.t - b.t);
    runs.clear();
    return waiting.map((run) => row({ ...run, arrivalsMs: [], sizes: [] }));
  };

  const takePlayback = () => {
    const taken = playback;
    playback = undefined;
    return taken;
  };

  const flush = () => {
    const rows = audioRows();
    const left = takePlayback();
    return left ? [...rows, row(left)] : rows;
  };

  const audio = (event: Run): string[] => {
    const lane = laneOf(vantage, event.dir);
    const before = runs.get(lane);
    const run = before
      ? { ...before, frames: before.frames + event.frames, bytes: before.bytes + event.bytes }
      : event;
    runs.set(lane, run);
    return media.lastsMs(lane, run.bytes) >= LONGEST_WAIT_MS ? audioRows() : [];
  };

  const push = (event: LadderEvent): string[] => {
    if (event.kind === 'audio') return audio(event);
    if (event.kind === 'playback') {
      const rows = flush();
      playback = event;
      return rows;
    }
    const masked = event.kind === 'unknown' ? event : redactEvent(redactor, event);
    // The client tells what was heard of a playback just before it says that the playback is over.
    if (playback && event.kind === 'message' && event.type === 'playback_completed') {
      const heard = takePlayback();
      return [...audioRows(), row(masked, heard)];
    }
    return [...flush(), row(masked)];
  };

  const safe = (text: string) => printable(text, pen.unicode);
  const titles = pen.titles(
    safe(options.left ?? (vantage === 'client' ? 'Genesys (hookline)' : 'Genesys')),
    safe(options.right ?? (vantage === 'server' ? 'bot (hookline)' : 'bot')),
  );
  return { titles, push, flush };
}

/** A whole ladder of what a trace holds, or of a part of it, with a line end after each row. */
export function renderLadder(events: readonly LadderEvent[], options: LadderOptions): string {
  const ladder = createLadder(options);
  const rows = events.flatMap((event) => ladder.push(event));
  return `${[ladder.titles, ...rows, ...ladder.flush()].join('\n')}\n`;
}
