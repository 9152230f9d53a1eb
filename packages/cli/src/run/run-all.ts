import { setMaxListeners } from 'node:events';
import { rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CallAudioConnectorOptions, Integration } from '@hookline/client';
import { joinConnectionUri } from '@hookline/protocol';
import { messageOf } from '@hookline/runtime';
import { ladderTail, type ReportedScenario, runScenario, type Scenario } from '@hookline/scenario';
import { createTraceWriter } from '@hookline/trace/node';
import { newTraceFolder } from '../artifacts.js';
import type { CliContext } from '../context.js';
import { combineSinks } from '../output/combine-sinks.js';
import type { Console } from '../output/console.js';
import { botTitle } from '../output/live-view.js';
import { createMasking } from '../output/masked.js';

/** Scenarios that a verb wants run. */
export interface RunOrder {
  readonly scenarios: readonly Scenario[];
  readonly integration: Integration;
  readonly baseConnectionUri: string;
  /** What the action is given where a scenario does not say it. */
  readonly action: Pick<CallAudioConnectorOptions, 'conversation' | 'inputs'> & {
    readonly connectorId?: string;
  };
  /** How many calls go on at once. */
  readonly parallel: number;
  /** The folder that traces of what failed go to; undefined: none is kept. */
  readonly traces: string | undefined;
  readonly keepAll: boolean;
  readonly secrets: readonly string[];
  readonly signal: AbortSignal;
  readonly console: Console;
  readonly context: CliContext;
  /** Told of each as soon as it is over. */
  readonly done: (result: ReportedScenario) => void;
}

/** Rows of the ladder that are shown of a call that failed. */
const LADDER_ROWS = 12;

/** Runs scenarios, several at once; the results in the order of the scenarios. Those that an interrupt left out are missing. */
export async function runAll(order: RunOrder): Promise<readonly ReportedScenario[]> {
  // Each call under way listens, which is no leak.
  setMaxListeners(0, order.signal);
  const results: (ReportedScenario | undefined)[] = [];
  const waiting = order.scenarios.entries();
  const work = async () => {
    for (const [index, scenario] of waiting) {
      if (order.signal.aborted) return;
      const result = await runOne(scenario, order);
      results[index] = result;
      order.done(result);
    }
  };
  await Promise.all(Array.from({ length: Math.min(order.parallel, order.scenarios.length) }, work));
  return results.filter((result) => result !== undefined);
}

async function runOne(scenario: Scenario, order: RunOrder): Promise<ReportedScenario> {
  const { integration, baseConnectionUri, action, traces, secrets, signal, console, context } = order;
  const url = joinConnectionUri(baseConnectionUri, scenario.call.connectorId ?? action.connectorId ?? '');
  const dir = traces === undefined ? undefined : newTraceFolder(context.clock.wall(), traces);
  const writer =
    dir === undefined
      ? undefined
      : createTraceWriter({ dir, vantage: 'client', clock: context.clock, url, secrets });
  const tail = ladderTail({
    rows: LADDER_ROWS,
    right: botTitle(url),
    secrets,
    unicode: console.unicode,
    width: Math.max(60, console.columns - 5),
  });
  const masking = createMasking(secrets);
  const sinks = [...(writer ? [writer] : []), tail.sink, masking.sink];
  const lost = (message: string) =>
    console.err(`hookline: a part of what is kept of the call is missing: ${message}`);
  const run = await runScenario(scenario, {
    integration,
    action,
    clock: context.clock,
    sink: combineSinks(sinks, lost),
    signal,
  });
  const result = masking.result(run.result);
  writer?.result(result);
  const kept = writer ? await writer.close().catch((error) => lost(messageOf(error))) : undefined;
  const { failure } = run;
  if (dir !== undefined && run.passed && !order.keepAll) await forget(dir);
  return {
    ...run,
    result,
    ...(failure ? { failure: { ...failure, got: masking.text(failure.got) }, ladder: tail.rows() } : {}),
    ...(typeof kept === 'string' && (failure || order.keepAll) ? { trace: kept } : {}),
  };
}

/** Removes a trace that nobody asked for, and the folder of such traces when it was the only one. */
async function forget(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await rmdir(dirname(folder)).catch(() => {});
}
