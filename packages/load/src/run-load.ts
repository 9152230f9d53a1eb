import { type Clock, checkArgument, checkOptionNames, systemClock } from '@hookline/runtime';
import type { Behaviour } from './behaviour.js';
import { checkCallbacks } from './check-callbacks.js';
import { loadError } from './error.js';
import { forkLoad } from './fork-load.js';
import { generate, type LoadProgress } from './generate.js';
import {
  behaviourOf,
  callTarget,
  checkTalk,
  type LoadTarget,
  reportedUrl,
  type ScenarioTalk,
  type Talk,
} from './load-job.js';
import type { LoadRun } from './load-run.js';
import { LOAD_OPTION_NAMES, type LoadOptions, planLoad } from './plan.js';

/** Options of `runLoad`. */
export interface RunLoadOptions extends LoadOptions {
  readonly target: LoadTarget;
  /** What the callers do: talk, or run a scenario file. Default: silence until the hold time is over. */
  readonly talk?: Talk | ScenarioTalk;
  /** What the callers do, as a function, instead of `talk`. In this process only. */
  readonly behaviour?: Behaviour;
  /** Number of processes that share the calls. Default 1: this one. */
  readonly processes?: number;
  /** Stops the load test early: no more calls start, and live calls hang up. */
  readonly signal?: AbortSignal;
  /** Called once per second. What it throws is ignored. */
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Default: the system clock. */
  readonly clock?: Clock;
}

/**
 * Runs a load test: starts calls as planned, independent of the bot's speed, and resolves with the measurements when the
 * last call has ended.
 *
 * @throws HooklineError as a rejection: `LOAD_BAD_OPTION` and `CLIENT_BAD_ARGUMENT` naming the field, `LOAD_BAD_FILE`
 * for a WAV file that cannot be played, `LOAD_PROCESS_LOST`
 */
export async function runLoad(options: RunLoadOptions): Promise<LoadRun> {
  checkOptionNames<RunLoadOptions>('LOAD_BAD_OPTION', 'runLoad: ', options ?? null, {
    ...LOAD_OPTION_NAMES,
    target: true,
    talk: true,
    behaviour: true,
    processes: true,
    signal: true,
    onProgress: true,
    clock: true,
  });
  checkArgument('LOAD_BAD_OPTION', 'runLoad: target', options.target, 'object');
  checkCallbacks('runLoad: ', options);
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
      'runLoad: behaviour is a function of this process; with more than one process use talk',
    );
  }
  checkTalk('runLoad: talk', talk);
  // Validates the target, even if other processes make the calls.
  const checked = callTarget(target);
  if (processes > 1) return forkLoad({ plan, target, talk }, { processes, signal, onProgress, clock });
  return generate({
    plan,
    target: checked,
    url: reportedUrl(target),
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
