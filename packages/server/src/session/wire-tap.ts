import type { ClauseId, Direction, WireSink } from '@hookline/protocol';
import type { Clock, TransportEnd } from '@hookline/runtime';

/** Passes the wire events of one session to its sink, with times in milliseconds since the upgrade request. */
export class WireTap {
  readonly #sink: WireSink;
  readonly #clock: Clock;
  readonly #startedMs: number;

  /** @param startedMs - when the upgrade request arrived, by `clock.now()` */
  constructor(sink: WireSink, clock: Clock, startedMs: number) {
    this.#sink = sink;
    this.#clock = clock;
    this.#startedMs = startedMs;
  }

  /** A text frame; `type` if it could be read. */
  message(dir: Direction, text: string, type: string | undefined): void {
    this.#sink.event({
      kind: 'message',
      t: this.#sinceStart(),
      dir,
      text,
      ...(type === undefined ? {} : { type }),
    });
  }

  /** A binary frame, at `nowMs` by the clock. */
  audio(dir: Direction, nowMs: number, bytes: Uint8Array): void {
    this.#sink.audio?.(dir, nowMs - this.#startedMs, bytes);
  }

  /** The client broke a rule. */
  violation(clause: ClauseId, text: string, fatal: boolean): void {
    this.#sink.event({ kind: 'violation', t: this.#sinceStart(), clause, text, fatal });
  }

  /** The connection has ended. */
  end({ code, reason }: TransportEnd): void {
    this.#sink.event({
      kind: 'end',
      t: this.#sinceStart(),
      by: code === 1006 ? 'loss' : 'peer',
      code,
      reason,
    });
  }

  #sinceStart(): number {
    return this.#clock.now() - this.#startedMs;
  }
}
