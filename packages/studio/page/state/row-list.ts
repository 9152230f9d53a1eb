import { parseFilter } from '@hookline/trace';
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Row } from '../../src/messages.js';

/** Kinds of rows that can be hidden by a switch. */
export type HideableRows = 'audio' | 'ping';

const PING_TYPES = ['ping', 'pong'];

/**
 * The rows of a call, and those that match the filter. A row with an existing `n` replaces the previous one. New rows are
 * filtered incrementally, so that a long call costs no more than a short one.
 */
export class RowList {
  readonly #rows: Row[] = [];
  readonly #version = signal(0);
  #filtered: Row[] = [];
  #filteredUpTo = 0;
  #filteredWith = '';

  /** The filter, in the language of `hookline inspect --filter`. */
  readonly filter = signal('');
  readonly hidden = signal<ReadonlySet<HideableRows>>(new Set());
  /** The error in the filter; all rows are shown then. */
  readonly fault: ReadonlySignal<string | undefined>;
  /** The matching rows. The array is mutated in place; `version` changes with it. */
  readonly filtered: ReadonlySignal<{ readonly rows: readonly Row[]; readonly version: number }>;
  /** Total number of rows, regardless of the filter. */
  readonly total: ReadonlySignal<number>;
  readonly #parsed: ReadonlySignal<ReturnType<typeof readFilter>>;

  constructor() {
    this.#parsed = computed(() => readFilter(this.filter.value));
    this.total = computed(() => (this.#version.value >= 0 ? this.#rows.length : 0));
    this.fault = computed(() => this.#parsed.value.fault);
    this.filtered = computed(() => {
      const version = this.#version.value;
      const hidden = this.hidden.value;
      const { matches } = this.#parsed.value;
      const filteredWith = `${[...hidden].join()} ${this.filter.value}`;
      if (filteredWith !== this.#filteredWith || this.#filteredUpTo < 0) {
        this.#filtered = [];
        this.#filteredUpTo = 0;
        this.#filteredWith = filteredWith;
      }
      for (; this.#filteredUpTo < this.#rows.length; this.#filteredUpTo += 1) {
        const row = this.#rows[this.#filteredUpTo];
        if (row && isVisible(row, hidden) && matches(row)) this.#filtered.push(row);
      }
      return { rows: this.#filtered, version };
    });
  }

  add(rows: readonly Row[]): void {
    for (const row of rows) {
      const previous = this.#rows[row.n];
      if (previous) this.#replace(previous, row);
      else this.#rows[row.n] = row;
    }
    this.#version.value += 1;
  }

  at(n: number): Row | undefined {
    return this.#rows[n];
  }

  #replace(previous: Row, row: Row): void {
    this.#rows[row.n] = row;
    const index = this.#filtered.lastIndexOf(previous);
    if (index >= 0) this.#filtered[index] = row;
  }
}

function isVisible(row: Row, hidden: ReadonlySet<HideableRows>): boolean {
  if (hidden.has('audio') && row.kind === 'audio') return false;
  return !(hidden.has('ping') && PING_TYPES.includes(row.type));
}

function readFilter(text: string): { matches: (row: Row) => boolean; fault: string | undefined } {
  try {
    const matches = parseFilter(text);
    return { matches: (row) => matches(toTraceRow(row)), fault: undefined };
  } catch (error) {
    return { matches: () => true, fault: error instanceof Error ? error.message : String(error) };
  }
}

type TraceRow = Parameters<ReturnType<typeof parseFilter>>[0];

/** Converts a row to the form that the trace filter expects. */
function toTraceRow(row: Row): TraceRow {
  const { t, type } = row;
  // Search both the summary and the expanded text.
  const text = `${row.text ?? ''} ${row.detail}`;
  const dir = row.traceDir ?? (row.dir === 'none' ? 'in' : row.dir);
  switch (row.kind) {
    case 'request':
      return { kind: 'request', t, dir, head: text };
    case 'response':
      return { kind: 'response', t, dir, head: text, status: 0 };
    case 'message':
      return { kind: 'message', t, dir, text, type };
    case 'audio':
      return { kind: 'audio', t, dir, frames: 0, bytes: 0, arrivalsMs: [], sizes: [] };
    case 'playback':
      return { kind: 'playback', t, heardMs: 0, droppedMs: 0, ended: 'completed' };
    case 'violation':
      return { kind: 'violation', t, clause: row.clause ?? '', text, fatal: row.fatal ?? false };
    case 'end':
      return { kind: 'end', t, by: 'peer', code: 0, reason: text };
    case 'unknown':
      return { kind: 'unknown', t, of: type, row: { text } };
  }
}
