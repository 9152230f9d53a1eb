import type { AudioRun, Direction, WireEvent, WireSink } from './wire-event.js';

/** The longest run, in milliseconds, so that a live view is updated while only audio flows. */
const MAX_RUN_MS = 5000;

interface OpenRun {
  readonly t: number;
  frames: number;
  bytes: number;
  readonly arrivalsMs: number[];
  readonly sizes: number[];
}

/** A sink that combines audio frames, and emits unfinished runs on request. */
export interface AudioRuns extends Required<Pick<WireSink, 'event' | 'audio'>> {
  /** Emits the unfinished runs. Call it before rendering during a call, and when a call stops without an `end` event. */
  flush(): void;
}

/**
 * Creates a sink that combines consecutive audio frames of one direction into one `audio` event of at most 5 s.
 *
 * @param out - receives all events in order of time, including the `audio` events
 */
export function audioRuns(out: (event: WireEvent) => void): AudioRuns {
  const runs: Record<Direction, OpenRun | undefined> = { in: undefined, out: undefined };

  const flush = (dir: Direction) => {
    const run = runs[dir];
    if (!run) return;
    runs[dir] = undefined;
    const event: AudioRun = { kind: 'audio', dir, ...run };
    out(event);
  };

  const flushAll = () => {
    const inFirst = (runs.in?.t ?? 0) <= (runs.out?.t ?? 0);
    flush(inFirst ? 'in' : 'out');
    flush(inFirst ? 'out' : 'in');
  };

  return {
    event(event) {
      flushAll();
      out(event);
    },
    audio(dir, t, bytes) {
      let run = runs[dir];
      if (run && t - run.t >= MAX_RUN_MS) {
        flushAll();
        run = undefined;
      }
      if (!run) {
        run = { t, frames: 0, bytes: 0, arrivalsMs: [], sizes: [] };
        runs[dir] = run;
      }
      run.frames += 1;
      run.bytes += bytes.byteLength;
      run.arrivalsMs.push(t - run.t);
      run.sizes.push(bytes.byteLength);
    },
    flush: flushAll,
  };
}
