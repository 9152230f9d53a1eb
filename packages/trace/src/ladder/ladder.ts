import type { MediaParameter, WireEvent } from '@hookline/protocol';
import { createRedactor, redactEvent } from '@hookline/protocol/light';
import { checkOptionNames, type OptionNames } from '@hookline/runtime';
import type { AudioRow, TraceRow } from '../format/row.js';
import { createCallMedia } from '../message/call-media.js';
import type { MessageReader } from '../message/skim-message.js';
import { type Lane, laneOf, type Vantage } from '../vantage.js';
import { type Annotation, createAnnotate } from './annotate.js';
import { printable } from './escape.js';
import { createGaps } from './gaps.js';
import { createLadderRenderer, type LadderStyle } from './renderer.js';
import { countRepeats, createRepeats } from './repeats.js';
import { type LadderEvent, ladderRows } from './row.js';

/** Options of a ladder. */
export interface LadderOptions extends LadderStyle {
  readonly vantage: Vantage;
  /** The title of the left side; default `Genesys`, with `(hookline)` if the vantage is the client. */
  readonly left?: string;
  /** The title of the right side; default `bot`, with `(hookline)` if the vantage is the server. */
  readonly right?: string;
  /** The media until `opened` selects it; default µ-law, the external channel. */
  readonly media?: MediaParameter;
}

/** Renders a call as rows of text, the client on the left and the bot on the right, from a live call or a trace. */
export interface Ladder {
  /** The title row. */
  readonly titles: string;
  /**
   * Adds the next event in order, and returns the completed rows: rows of audio and playbacks wait for the next event. Bot
   * audio whose buffer repeatedly runs empty has one row with the number of gaps; a repeated violation has one row, and
   * its count at the end.
   */
  push(event: LadderEvent): string[];
  /**
   * Returns the rows of pending audio so far, for a live view that redraws them. `push` and `flush` return them again when
   * they are complete.
   */
  waiting(): string[];
  /** Returns the remaining rows, and the counts. */
  flush(): string[];
}

interface Run extends Pick<AudioRow, 'kind' | 't' | 'dir' | 'frames' | 'bytes'> {
  /** How often the buffer ran empty. */
  readonly gaps?: number;
}
type ShownEvent = Exclude<LadderEvent, { kind: 'audio' | 'playback' }>;
type Playback = Extract<WireEvent | TraceRow, { kind: 'playback' }>;

/** Continuous audio gets a row after this long, so that a live ladder keeps moving. */
const MAX_WAIT_MS = 5000;

const LADDER_OPTIONS: OptionNames<LadderOptions> = {
  vantage: true,
  left: true,
  right: true,
  media: true,
  width: true,
  unicode: true,
  color: true,
};

/**
 * Creates an empty ladder.
 *
 * @param counts - the total count of each violation, if known: it is shown in the first row
 */
export function ladderOf(
  readMessage: MessageReader,
  options: LadderOptions,
  counts?: ReturnType<typeof countRepeats>,
): Ladder {
  checkOptionNames<LadderOptions>('TRACE_BAD_OPTION', 'createLadder: ', options ?? null, LADDER_OPTIONS);
  const { vantage } = options;
  const renderer = createLadderRenderer(options);
  const media = createCallMedia(options.media);
  const annotate = createAnnotate(vantage, media, readMessage);
  const redactor = createRedactor();
  const runs = new Map<Lane, Run>();
  const gaps = createGaps();
  const repeats = createRepeats();
  const context = { vantage, renderer, media, readMessage };
  let playback: Playback | undefined;

  const rows = (event: LadderEvent, heard?: Playback) =>
    ladderRows(event, { ...context, ...annotate(event, heard) });

  const runRows = (annotated: (event: LadderEvent) => Annotation) =>
    [...runs.values()]
      .sort((a, b) => a.t - b.t)
      .flatMap(({ gaps: dry = 0, ...run }) => {
        const event = { ...run, arrivalsMs: [], sizes: [] };
        const said = dry === 0 ? {} : { detail: `${dry} ${dry === 1 ? 'gap' : 'gaps'}` };
        return ladderRows(event, { ...context, ...annotated(event), ...said });
      });

  const audioRows = () => {
    const taken = runRows(annotate);
    runs.clear();
    return taken;
  };

  const takePlayback = () => {
    const taken = playback;
    playback = undefined;
    return taken;
  };

  const waitingRows = () => {
    const audio = audioRows();
    const left = takePlayback();
    return left ? [...audio, ...rows(left)] : audio;
  };

  const times = (count: number) => `${renderer.glyphs.times}${count}`;

  const countRows = () =>
    counts
      ? []
      : repeats
          .take()
          .flatMap(({ event, count }) =>
            ladderRows({ ...event, text: 'in all' }, { ...context, detail: times(count) }),
          );

  const audio = (event: Run): string[] => {
    const lane = laneOf(vantage, event.dir);
    const before = runs.get(lane);
    const run = before
      ? { ...before, frames: before.frames + event.frames, bytes: before.bytes + event.bytes }
      : event;
    runs.set(lane, run);
    return media.lastsMs(lane, run.bytes) >= MAX_WAIT_MS ? audioRows() : [];
  };

  /** Whether the message belongs to the current run: then it has no row, and only the gap before it is counted. */
  const isWithinGaps = (event: Extract<ShownEvent, { kind: 'message' }>): boolean => {
    switch (event.type) {
      case 'playback_started': {
        if (!gaps.started(event.t)) return false;
        const dir = event.dir === 'in' ? 'out' : 'in';
        const run = runs.get('bot') ?? { kind: 'audio', t: event.t, dir, frames: 0, bytes: 0 };
        runs.set('bot', { ...run, gaps: (run.gaps ?? 0) + 1 });
        return true;
      }
      case 'playback_completed':
        return gaps.completed(event.t) && (playback?.ended ?? 'completed') === 'completed';
      case 'event':
      case 'disconnect':
        gaps.interrupted();
        return false;
      default:
        return false;
    }
  };

  const message = (event: Extract<ShownEvent, { kind: 'message' }>): string[] => {
    if (isWithinGaps(event)) {
      annotate(event, takePlayback());
      return [];
    }
    // The client reports what was heard of a playback just before `playback_completed`.
    if (playback && event.type === 'playback_completed') {
      const heard = takePlayback();
      return [...audioRows(), ...rows(event, heard)];
    }
    return [...waitingRows(), ...rows(event)];
  };

  const violation = (event: Extract<ShownEvent, { kind: 'violation' }>): string[] => {
    if (repeats.count(event) > 1) return [];
    const count = counts?.(event) ?? 1;
    const said = count > 1 ? { detail: times(count) } : {};
    return [...waitingRows(), ...ladderRows(event, { ...context, ...said })];
  };

  const push = (event: LadderEvent): string[] => {
    if (event.kind === 'audio') return audio(event);
    if (event.kind === 'playback') {
      const before = gaps.open ? [] : waitingRows();
      playback = event;
      return before;
    }
    if (event.kind === 'unknown') return [...waitingRows(), ...rows(event)];
    const masked = redactEvent(redactor, event);
    switch (masked.kind) {
      case 'message':
        return message(masked);
      case 'violation':
        return violation(masked);
      case 'end':
        return [...waitingRows(), ...countRows(), ...rows(masked)];
      default:
        return [...waitingRows(), ...rows(masked)];
    }
  };

  const safe = (text: string) => printable(text, renderer.unicode);
  const titles = renderer.titles(
    safe(options.left ?? (vantage === 'client' ? 'Genesys (hookline)' : 'Genesys')),
    safe(options.right ?? (vantage === 'server' ? 'bot (hookline)' : 'bot')),
  );
  return {
    titles,
    push,
    waiting: () => runRows(() => ({})),
    flush: () => [...waitingRows(), ...countRows()],
  };
}

/** Renders the ladder of all events, with a line end after each row. */
export function renderEvents(
  readMessage: MessageReader,
  events: readonly LadderEvent[],
  options: LadderOptions,
): string {
  const ladder = ladderOf(readMessage, options, countRepeats(events));
  const rows = events.flatMap((event) => ladder.push(event));
  return `${[ladder.titles, ...rows, ...ladder.flush()].join('\n')}\n`;
}
