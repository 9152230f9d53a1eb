import { clauses, type Direction, type MediaParameter, type WireEvent } from '@hookline/protocol';
import {
  createRedactor,
  createRowDescriber,
  type DescribeRow,
  type Lane,
  laneOf,
  type Redactor,
  readMessage,
  redactEvent,
  type TraceRow,
  type Vantage,
} from '@hookline/trace';
import type { Row } from '../messages.js';

const CLAUSES = new Map<string, (typeof clauses)[number]>(clauses.map((one) => [one.id, one]));

type Event = WireEvent | TraceRow;
type Playback = Extract<Event, { kind: 'playback' }>;

/** A run of audio frames of one side, with nothing but audio after it: its row still grows. */
interface AudioRun {
  readonly row: Row;
  readonly event: Extract<Event, { kind: 'audio' }>;
}

/**
 * Builds the rows of a call from its events, live or from a trace, in order. Credentials are masked. A run of audio has one
 * row, which is emitted again as it grows.
 */
export class RowList {
  readonly #vantage: Vantage;
  readonly #redactor: Redactor;
  readonly #describe: DescribeRow;
  readonly #emit: (row: Row) => void;
  readonly #runs = new Map<Lane, AudioRun>();
  #pendingPlayback: Playback | undefined;
  #next = 0;
  /** The first row of each kind that can decide how a call ends. */
  #violationRow: number | undefined;
  #rejectionRow: number | undefined;
  #endRow: number | undefined;

  /** @param emit - called with each row; a row with the same `n` replaces the previous one */
  constructor(
    options: {
      readonly vantage: Vantage;
      readonly media?: MediaParameter;
      readonly secrets?: readonly string[];
    },
    emit: (row: Row) => void,
  ) {
    this.#vantage = options.vantage;
    this.#redactor = createRedactor(options.secrets);
    const { vantage, media } = options;
    this.#describe = createRowDescriber({ vantage, ...(media === undefined ? {} : { media }) });
    this.#emit = emit;
  }

  /** Number of rows. */
  get count(): number {
    return this.#next;
  }

  /** The row that decided how the call ended: a broken rule, a rejected upgrade, `disconnect`, or the end of the connection. */
  get decidingRow(): number | undefined {
    return this.#violationRow ?? this.#rejectionRow ?? this.#endRow;
  }

  /** Adds the next event. */
  push(event: Event): void {
    if (event.kind === 'audio') {
      this.#pushAudio(event);
      return;
    }
    if (event.kind === 'playback') {
      this.flush();
      this.#pendingPlayback = event;
      return;
    }
    const playback = this.#pendingPlayback;
    this.#pendingPlayback = undefined;
    const completes = event.kind === 'message' && event.type === 'playback_completed';
    if (playback && !completes) this.#add(playback);
    this.#runs.clear();
    this.#add(
      event.kind === 'unknown' ? event : redactEvent(this.#redactor, event),
      completes ? playback : undefined,
    );
  }

  /** Adds the next audio frame of a live call. */
  pushFrame(dir: Direction, t: number, bytes: number): void {
    this.#pushAudio({ kind: 'audio', t, dir, frames: 1, bytes, arrivalsMs: [], sizes: [] });
  }

  /** Emits a row that was held back for the event after it. */
  flush(): void {
    const pending = this.#pendingPlayback;
    this.#pendingPlayback = undefined;
    if (pending) this.#add(pending);
  }

  #pushAudio(event: AudioRun['event']): void {
    const lane = laneOf(this.#vantage, event.dir);
    const open = this.#runs.get(lane);
    const run = open
      ? {
          ...open.event,
          frames: open.event.frames + event.frames,
          bytes: open.event.bytes + event.bytes,
        }
      : event;
    const row = this.#rowOf(open?.row.n ?? this.#next, run, undefined, open?.row.note);
    if (!open) this.#next += 1;
    this.#runs.set(lane, { row, event: run });
    this.#emit(row);
  }

  #add(event: Event, playback?: Playback): void {
    const row = this.#rowOf(this.#next, event, playback);
    this.#next += 1;
    if (event.kind === 'violation' && event.fatal) this.#violationRow ??= row.n;
    if (event.kind === 'response' && event.status !== 101) this.#rejectionRow ??= row.n;
    if (event.kind === 'end' || (event.kind === 'message' && event.type === 'disconnect')) {
      this.#endRow ??= row.n;
    }
    this.#emit(row);
  }

  #rowOf(n: number, event: Event, playback: Playback | undefined, note?: string): Row {
    const { lane, audioMs, note: lastNote = note, ...described } = this.#describe(event, playback);
    const dir = lane === undefined ? 'none' : lane === 'caller' ? 'out' : 'in';
    const traceDir = lane !== undefined && 'dir' in event ? event.dir : undefined;
    return {
      n,
      t: Math.round(event.t * 10) / 10,
      kind: event.kind,
      dir,
      ...(traceDir === undefined || traceDir === dir ? {} : { traceDir }),
      ...described,
      ...(lastNote === undefined ? {} : { note: lastNote }),
      ...textOf(event),
      ...(event.kind === 'message' && lane !== undefined && 'unknown' in readMessage(lane, event.text)
        ? { unknownType: true }
        : {}),
      ...(event.kind === 'violation' ? ruleOf(event) : {}),
      ...(event.kind === 'audio'
        ? { audio: { frames: event.frames, bytes: event.bytes, ms: audioMs ?? 0 } }
        : {}),
    };
  }
}

function textOf(event: Event): Pick<Row, 'text'> {
  switch (event.kind) {
    case 'request':
    case 'response':
      return { text: event.head };
    case 'message':
    case 'violation':
      return { text: event.text };
    case 'end':
      return event.reason === '' ? {} : { text: event.reason };
    default:
      return {};
  }
}

function ruleOf(event: {
  readonly clause: string;
  readonly fatal: boolean;
}): Pick<Row, 'clause' | 'effect' | 'fix' | 'fatal'> {
  const known = CLAUSES.get(event.clause);
  return {
    clause: event.clause,
    fatal: event.fatal,
    ...(known ? { effect: known.effect, fix: known.fix } : {}),
  };
}
