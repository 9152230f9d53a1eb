import { type Clock, checkArgument, systemClock } from '@hookline/runtime';
import type { Behaviour } from './behaviour.js';
import { loadError } from './error.js';
import { forkLoad } from './fork-load.js';
import { generate, type LoadProgress } from './generate.js';
import type { LoadRun } from './load-run.js';
import { behaviourOf, callTarget, type LoadTarget, type ScenarioTalk, shownUrl, type Talk } from './order.js';
import { type LoadOptions, planLoad } from './plan.js';

/** A load, and how to run it. */
export interface RunLoadOptions extends LoadOptions {
  readonly target: LoadTarget;
  /** What the callers do: talk, or what a scenario file says. Default: they are silent until their time is over. */
  readonly talk?: Talk | ScenarioTalk;
  /** What the callers do, as a program, in place of `talk`; in this process only. */
  readonly behaviour?: Behaviour;
  /** Into how many processes the calls are divided. Default 1: this one. */
  readonly processes?: number;
  /** Ends the load early: no call begins any more, those that are live hang up. */
  readonly signal?: AbortSignal;
  /** Told each second. */
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Default: the clock of the machine. */
  readonly clock?: Clock;
}

/**
 * Makes calls as planned, however the bot does, and resolves with what was measured when the last is over.
 *
 * @throws HooklineError, as a rejection: `LOAD_BAD_OPTION` and `CLIENT_BAD_ARGUMENT` naming the field, `LOAD_BAD_FILE`
 * for a WAV file that cannot be played, `LOAD_PROCESS_LOST`
 */
export async function runLoad(options: RunLoadOptions): Promise<LoadRun> {
  checkArgument('LOAD_BAD_OPTION', 'runLoad: options', options, { target: 'object' });
  const {
    target,
    talk = { wavs: [] },
    behaviour,
    processes = 1,
    signal,
    onProgress,
    clock = systemClock,
    ...load
  } = options;
  const plan = planLoad(load);
  if (!(Number.isSafeInteger(processes) && processes >= 1 && processes <= 256)) {
    throw loadError(
      'LOAD_BAD_OPTION',
      `runLoad: processes is ${String(processes)}; expected a whole number from 1 to 256`,
    );
  }
  if (behaviour && processes > 1) {
    throw loadError(
      'LOAD_BAD_OPTION',
      'runLoad: behaviour is a program of this process; with processes above 1 give talk',
    );
  }
  // For its checks, also where other processes make the calls.
  const checked = callTarget(target);
  if (processes > 1) return forkLoad({ plan, target, talk }, { processes, signal, onProgress, clock });
  return generate({
    plan,
    target: checked,
    url: shownUrl(target),
    behaviour: behaviour ?? (await behaviourOf(talk)),
    clock,
    cpuMs,
    signal,
    onProgress,
  });
}

/** CPU time of this process, in milliseconds. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
