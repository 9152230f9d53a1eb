import { computed, signal } from '@preact/signals';
import type {
  CallActivity,
  CallEntry,
  CallOutcome,
  CallState,
  Mark,
  Note,
  StoredCall,
  TurnMessage,
} from '../../src/messages.js';
import { LaneTrack } from './lane-track.js';
import { RowList } from './row-list.js';

export type Turn = Omit<TurnMessage, 'type' | 'callId'>;

/** How often new captions are drawn, in milliseconds: all are drawn each time, and a bot may send hundreds a second. */
const CAPTIONS_INTERVAL_MS = 100;

let views = 0;

/** A call as the page shows it, live or stored. */
export class CallView {
  /** Identifies the view in a list of components: a call has another view each time that it is opened. */
  readonly key = ++views;
  readonly rows = new RowList();
  readonly lanes = new LaneTrack();
  readonly state = signal<CallState>('dialing');
  readonly activity = signal<CallActivity | undefined>(undefined);
  readonly onHold = signal(false);
  readonly marks = signal<readonly Mark[]>([]);
  readonly turns = signal<readonly Turn[]>([]);
  readonly notes = signal<readonly Note[]>([]);
  readonly outcome = signal<Partial<CallOutcome> | undefined>(undefined);
  /** The `n` of the row whose details are open. */
  readonly selected = signal<number | undefined>(undefined);
  /** Only for a stored call. */
  readonly entry = signal<CallEntry | undefined>(undefined);
  readonly facts = signal<StoredCall['facts']>([]);
  readonly truncated = signal(false);
  /** Position of `t` = 0 in the recording, in milliseconds; undefined while there is no recording. */
  readonly wavOffsetMs = signal<number | undefined>(undefined);
  /** Bot audio that the caller heard, in milliseconds. */
  readonly heardMs = computed(() => this.outcome.value?.heardMs ?? this.#heardSoFar());
  /** End of the call, or of its data so far, in milliseconds since dialling. */
  readonly endMs = computed(() => {
    this.lanes.version.value;
    return Math.max(this.lanes.endMs, this.outcome.value?.durationMs ?? this.entry.value?.durationMs ?? 0);
  });
  readonly playbacks = computed(() => this.marks.value.filter((mark) => mark.kind === 'playback'));

  /** Captions that are not drawn yet. */
  #newTurns: Turn[] = [];

  constructor(readonly id: string) {}

  /** Whether a stored call is in progress in another page; this page sees only what was written when it was opened. */
  readonly elsewhere = signal(false);
  readonly shownState = computed<CallState>(() => (this.elsewhere.value ? 'connected' : this.state.value));

  /** Whether the call is in progress in this page. */
  get live(): boolean {
    return this.state.value !== 'ended';
  }

  /** Adds a mark. A playback replaces an earlier mark of the same playback. */
  addMark(mark: Mark): void {
    const others = this.marks.value.filter(
      (previous) => mark.kind !== 'playback' || previous.kind !== 'playback' || previous.n !== mark.n,
    );
    this.marks.value = [...others, mark].sort((a, b) => markTime(a) - markTime(b));
  }

  addTurn(turn: Turn): void {
    if (this.#newTurns.push(turn) > 1) return;
    setTimeout(() => {
      this.turns.value = [...this.turns.value, ...this.#newTurns];
      this.#newTurns = [];
    }, CAPTIONS_INTERVAL_MS);
  }

  /** Loads a stored call, without its rows. @param elsewhere - whether it is in progress in another page */
  load(kept: StoredCall, elsewhere = false): void {
    this.elsewhere.value = elsewhere;
    this.entry.value = kept.entry;
    this.facts.value = kept.facts;
    this.truncated.value = kept.truncated;
    this.wavOffsetMs.value = kept.wavOffsetMs;
    this.#newTurns = [];
    this.turns.value = kept.turns;
    this.marks.value = kept.marks;
    if (kept.outcome) {
      this.outcome.value = { ...this.outcome.value, ...kept.outcome };
      this.notes.value = kept.outcome.notes ?? this.notes.value;
    }
    if (kept.lanes) this.lanes.replace(kept.lanes);
    this.state.value = 'ended';
  }

  #heardSoFar(): number {
    this.lanes.version.value;
    const now = this.lanes.endMs;
    return this.playbacks.value.reduce(
      (sum, { from, to, heardMs }) => sum + (heardMs ?? Math.max(0, (to ?? now) - from)),
      0,
    );
  }
}

/** The time of a mark, or its start, in milliseconds since dialling. */
export function markTime(mark: Mark): number {
  return mark.kind === 'playback' ? mark.from : mark.t;
}
