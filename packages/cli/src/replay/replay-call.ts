import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { CallAudioConnectorOptions, CallResult } from '@hookline/client';
import { type Clock, messageOf } from '@hookline/runtime';
import type { Trace, TraceDifference } from '@hookline/trace';
import { createTraceWriter, readTraceDir } from '@hookline/trace/node';
import { newTraceFolder } from '../artifacts.js';
import { exitCodeOfCause } from '../cause-exit-codes.js';
import type { CliContext } from '../context.js';
import { EXIT } from '../exit-codes.js';
import type { Console } from '../output/console.js';
import { deferSink } from '../output/deferred-sink.js';
import { pluralize } from '../output/text.js';
import { showCall } from '../shown-call.js';
import { botDifferences, type ComparisonOptions } from './differences.js';
import { playCaller } from './play-caller.js';
import type { RecordedCall } from './recorded-call.js';
import { reportReplay } from './report-replay.js';

/** The recorded call to replay. */
export interface ReplayOptions {
  readonly recorded: Trace;
  readonly call: RecordedCall;
  readonly action: CallAudioConnectorOptions;
  /** The URL of the connection. */
  readonly url: string;
  /** Masked in all output and files of the call. */
  readonly secrets: readonly string[];
  readonly comparison: ComparisonOptions;
  readonly flags: { readonly trace?: string; readonly json?: boolean; readonly ladder?: boolean };
  readonly console: Console;
  readonly context: CliContext;
}

/** The outcome of a replay. */
export interface ReplayOutcome {
  readonly exitCode: number;
  readonly reason?: string;
  readonly result: CallResult;
  readonly differences: readonly TraceDifference[];
  /** The folder of the new trace; absent if it was not stored. */
  readonly trace?: string;
  readonly url: string;
}

/** Replays a recorded call against a server, reports the differences and returns the exit code. */
export async function replayCall(options: ReplayOptions): Promise<number> {
  const { call, action, url, secrets, flags, console, context } = options;
  const clock = scaledClock(context.clock, options.comparison.speed);
  const keepsTrace = flags.trace !== 'off';
  const dir =
    keepsTrace && flags.trace !== undefined
      ? flags.trace
      : newTraceFolder(context.clock.wall(), ...(keepsTrace ? [] : [tmpdir()]));
  const trace = deferSink(() => createTraceWriter({ dir, vantage: 'client', clock, url, secrets }));
  const shown = showCall({
    ...{ action, clock, url, secrets, flags, console, context },
    sinks: [trace.sink],
    format: call,
  });
  const writer = trace.open();
  const { masking, interrupt } = shown;
  const playback = playCaller(call, shown.call, clock);
  const result = await shown.result();
  shown.finish();
  writer.result(result);
  const comparison = await compare(options, dir, () => writer.close(), playback.hungUpLate);
  if (!keepsTrace) await rm(dir, { recursive: true, force: true });
  const outcome = outcomeOf(result, comparison, interrupt.interrupted);
  reportReplay(
    {
      ...outcome,
      result,
      differences: comparison.differences,
      url: masking.text(url),
      ...(keepsTrace && comparison.problem === undefined ? { trace: dir } : {}),
    },
    console,
    flags.json === true,
  );
  interrupt.unsubscribe();
  if (interrupt.forced) context.exitNow(outcome.exitCode);
  return outcome.exitCode;
}

interface ComparisonResult {
  readonly differences: readonly TraceDifference[];
  /** Why the calls cannot be compared. */
  readonly problem?: string;
}

async function compare(
  { recorded, call, comparison }: ReplayOptions,
  dir: string,
  close: () => Promise<unknown>,
  hungUpLate: boolean,
): Promise<ComparisonResult> {
  try {
    await close();
    const differences = botDifferences(recorded, await readTraceDir(dir), call, comparison);
    if (!hungUpLate) return { differences };
    const text = `the bot ends the call in A ${seconds(call.end.atMs)} after opened; in B it did not end it within 10 s after that time, so the caller hung up`;
    return { differences: [{ kind: 'changed', of: 'end', lane: 'bot', text }, ...differences] };
  } catch (error) {
    return { differences: [], problem: messageOf(error) };
  }
}

function outcomeOf(
  result: CallResult,
  { differences, problem }: ComparisonResult,
  interrupted: boolean,
): Pick<ReplayOutcome, 'exitCode' | 'reason'> {
  if (interrupted) return { exitCode: EXIT.interrupted, reason: 'interrupted' };
  if (problem !== undefined) return { exitCode: EXIT.internal, reason: problem };
  if (differences.length === 0) return { exitCode: EXIT.success };
  // A call that fails like the recorded one has no differences.
  if (result.path === 'failure')
    return { exitCode: exitCodeOfCause(result.cause), reason: result.failureOutputs.errorMessage };
  const reason = `the bot differs from the trace: ${pluralize(differences.length, 'difference')}`;
  return { exitCode: EXIT.expectationFailed, reason };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** A clock that runs `speed` times as fast as another one. The time of day is not scaled. */
function scaledClock(clock: Clock, speed: number): Clock {
  if (speed === 1) return clock;
  return {
    now: () => clock.now() * speed,
    wall: () => clock.wall(),
    after: (ms, callback) => clock.after(ms / speed, callback),
  };
}
