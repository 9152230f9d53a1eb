import { clauses, type Direction, type MediaParameter, type WireEvent } from '@hookline/protocol';
import {
  createRedactor,
  createRowDescriber,
  type DescribeRow,
  type Lane,
  laneOf,
  type Redactor,
  redactEvent,
  type TraceRow,
  type Vantage,
} from '@hookline/trace';
import type { Row } from '../messages.js';

const CLAUSES = new Map<string, (typeof clauses)[number]>(clauses.map((one) => [one.id, one]));

type Event = WireEvent | TraceRow;
type Playback = Extract<Event, { kind: 'playback' }>;

/** Audio of one side that nothing but audio has followed yet: its row grows. */
interface AudioRun {
  readonly row: Row;
  readonly event: Extract<Event, { kind: 'audio' }>;
}

/**
 * Makes the rows of a call from its events, in order, as they happen or from a trace; credentials are masked in them. Audio that
 * goes on has one row, which is told again as it grows.
 */
export class RowList {
  readonly #vantage: Vantage;
  readonly #redactor: Redactor;
  readonly #describe: DescribeRow;
  readonly #emit: (row: Row) => void;
  readonly #runs = new Map<Lane, AudioRun>();
  #pendingPlayback: Playback | undefined;
  #next = 0;
  /** The first row of each kind of thing that may have decided a call. */
  #violationRow: number | undefined;
  #rejectionRow: number | undefined;
  #endRow: number | undefined;

  /** @param emit - takes each row; one with the `n` of a former replaces it */
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

  /** How many rows there are. */
  get count(): number {
    return this.#next;
  }

  /** The row that decided how the call ended: a broken rule, a refused upgrade, `disconnect`, or the end of the connection. */
  get decidingRow(): number | undefined {
    return this.#violationRow ?? this.#rejectionRow ?? this.#endRow;
  }

  /** The next event. */
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

  /** The next audio frame of a call that is live. */
  pushFrame(dir: Direction, t: number, bytes: number): void {
    this.#pushAudio({ kind: 'audio', t, dir, frames: 1, bytes, arrivalsMs: [], sizes: [] });
  }

  /** What waits for the event after it is told. */
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
    return {
      n,
      t: Math.round(event.t * 10) / 10,
      kind: event.kind,
      dir: lane === undefined ? 'none' : lane === 'caller' ? 'out' : 'in',
      ...described,
      ...(lastNote === undefined ? {} : { note: lastNote }),
      ...textOf(event),
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
