import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CallAudioConnectorOptions, type CallResult, callAudioConnector } from '@hookline/client';
import { type Clock, messageOf } from '@hookline/runtime';
import type { Trace, TraceDifference } from '@hookline/trace';
import { createTraceWriter, readTraceDir } from '@hookline/trace/node';
import { newTraceFolder } from '../artifacts.js';
import type { CliContext } from '../context.js';
import { EXIT, EXIT_OF_CAUSE } from '../exit-codes.js';
import { hangUpOnInterrupt } from '../interrupt.js';
import { callStatus } from '../output/call-status.js';
import { combineSinks } from '../output/combine-sinks.js';
import type { Console } from '../output/console.js';
import { botTitle, jsonView, ladderView } from '../output/live-view.js';
import { createMasking } from '../output/masked.js';
import { counted } from '../output/text.js';
import { botDifferences, type Comparison } from './differences.js';
import { play } from './play.js';
import type { RecordedCall } from './recorded-call.js';
import { reportReplay } from './report-replay.js';

/** A recorded call that a verb wants played. */
export interface ReplayOrder {
  readonly recorded: Trace;
  readonly call: RecordedCall;
  readonly action: CallAudioConnectorOptions;
  /** What is dialled. */
  readonly url: string;
  /** Masked in all that is shown and kept of the call. */
  readonly secrets: readonly string[];
  readonly comparison: Comparison;
  readonly flags: { readonly trace?: string; readonly json?: boolean; readonly ladder?: boolean };
  readonly console: Console;
  readonly context: CliContext;
}

/** What a replay came to. */
export interface Replayed {
  readonly exitCode: number;
  readonly reason?: string;
  readonly result: CallResult;
  readonly differences: readonly TraceDifference[];
  /** The new trace, where it is kept. */
  readonly trace?: string;
  readonly url: string;
}

/** Plays a recorded call against a server, tells in what the server differs, and returns the exit code. */
export async function replayCall(order: ReplayOrder): Promise<number> {
  const { call, action, url, secrets, flags, console, context } = order;
  const clock = speedClock(context.clock, order.comparison.speed);
  const kept = flags.trace !== 'off';
  const dir = kept
    ? (flags.trace ?? newTraceFolder(context.clock.wall()))
    : join(await mkdtemp(join(tmpdir(), 'hookline-')), 'trace');
  const writer = createTraceWriter({ dir, vantage: 'client', clock, url, secrets });
  const views = [
    ...(flags.json ? [jsonView(console, secrets)] : []),
    ...(flags.ladder
      ? [ladderView(console, botTitle(url), secrets, flags.json ? console.err : console.out)]
      : []),
  ];
  const masking = createMasking(secrets);
  const status = callStatus(
    console,
    context.clock,
    { waiting: () => views.flatMap((view) => view.waiting()) },
    call,
  );
  const sink = combineSinks(
    [writer, masking.sink, ...views.map((view) => view.sink), status.sink],
    (message) => console.err(`hookline: a part of what is shown or kept of the call is missing: ${message}`),
  );
  const live = callAudioConnector({ ...action, clock, sink });
  const stopStatus = status.show();
  const interrupt = hangUpOnInterrupt(context, live);
  const playing = play(call, live, clock);
  const result = masking.result(await live.result);
  await Promise.race([live.closed, interrupt.secondSignal]);
  stopStatus();
  for (const view of views) view.finish();
  writer.result(result);
  const comparison = await compare(order, dir, () => writer.close(), playing.overtime);
  if (!kept) await rm(join(dir, '..'), { recursive: true, force: true });
  const outcome = outcomeOf(result, comparison, interrupt.interrupted);
  reportReplay(
    {
      ...outcome,
      result,
      differences: comparison.differences,
      url: masking.text(url),
      ...(kept && comparison.problem === undefined ? { trace: dir } : {}),
    },
    console,
    flags.json === true,
  );
  interrupt.stop();
  if (interrupt.forced) context.exitNow(outcome.exitCode);
  return outcome.exitCode;
}

interface Compared {
  readonly differences: readonly TraceDifference[];
  /** Why nothing can be compared. */
  readonly problem?: string;
}

async function compare(
  { recorded, call, comparison }: ReplayOrder,
  dir: string,
  close: () => Promise<unknown>,
  overtime: boolean,
): Promise<Compared> {
  try {
    await close();
    const differences = botDifferences(recorded, await readTraceDir(dir), call, comparison);
    if (!overtime) return { differences };
    const text = `the bot ends the call in A at ${seconds(call.end.atMs)} after opened; in B it had not ended it 10 s after that, so the caller hung up`;
    return { differences: [{ kind: 'changed', of: 'end', lane: 'bot', text }, ...differences] };
  } catch (error) {
    return { differences: [], problem: messageOf(error) };
  }
}

function outcomeOf(
  result: CallResult,
  { differences, problem }: Compared,
  interrupted: boolean,
): Pick<Replayed, 'exitCode' | 'reason'> {
  if (interrupted) return { exitCode: EXIT.interrupted, reason: 'interrupted' };
  if (problem !== undefined) return { exitCode: EXIT.internal, reason: problem };
  if (differences.length === 0) return { exitCode: EXIT.success };
  // A call that fails as the recorded one did is the same.
  if (result.path === 'failure')
    return { exitCode: EXIT_OF_CAUSE[result.cause], reason: result.failureOutputs.errorMessage };
  const reason = `the bot differs from the trace: ${counted(differences.length, 'difference')}`;
  return { exitCode: EXIT.expectationFailed, reason };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** A clock that goes `speed` times as fast as another; the time of day stays as it is. */
function speedClock(clock: Clock, speed: number): Clock {
  if (speed === 1) return clock;
  return {
    now: () => clock.now() * speed,
    wall: () => clock.wall(),
    after: (ms, callback) => clock.after(ms / speed, callback),
  };
}
