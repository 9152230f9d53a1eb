import type { AudioRun, Direction, WireEvent, WireSink } from './wire-event.js';

/** A run ends after this long even when nothing else happens, so that a live view moves. */
const LONGEST_RUN_MS = 5000;

interface OpenRun {
  readonly t: number;
  frames: number;
  bytes: number;
  readonly arrivalsMs: number[];
  readonly sizes: number[];
}

/** What `audioRuns` makes: a sink, and a way to have the runs that are still open at once. */
export interface AudioRuns extends Required<Pick<WireSink, 'event' | 'audio'>> {
  /** Hands on the open runs: for a view that is asked for now, and when a call is over without an `end`. */
  flush(): void;
}

/** A sink that gathers audio frames into runs, so that they come as one event between the others, in order. */
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
      if (run && t - run.t >= LONGEST_RUN_MS) {
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
