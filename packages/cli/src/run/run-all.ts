import { setMaxListeners } from 'node:events';
import type { CallAudioConnectorOptions, Integration } from '@hookline/client';
import { joinConnectionUri } from '@hookline/protocol';
import { isHooklineError, messageOf } from '@hookline/runtime';
import {
  ladderTail,
  type ReportedScenario,
  runScenario,
  type Scenario,
  type ScenarioResult,
} from '@hookline/scenario';
import { createTraceWriter } from '@hookline/trace/node';
import { deleteTrace, newTraceFolder } from '../artifacts.js';
import type { CliContext } from '../context.js';
import { combineSinks } from '../output/combine-sinks.js';
import type { Console } from '../output/console.js';
import { botTitle } from '../output/live-view.js';
import { createMasking } from '../output/masking.js';
import { refusedScenario } from './refused-scenario.js';

/** The scenarios to run. */
export interface RunAllOptions {
  readonly scenarios: readonly Scenario[];
  readonly integration: Integration;
  readonly baseConnectionUri: string;
  /** Options of the action for scenarios that do not set them. */
  readonly action: Pick<CallAudioConnectorOptions, 'conversation' | 'inputs'> & {
    readonly connectorId?: string;
  };
  /** The number of concurrent calls. */
  readonly parallel: number;
  /** The parent folder of the traces; undefined stores none. */
  readonly traces: string | undefined;
  /** Also stores the traces of passed scenarios. */
  readonly keepAll: boolean;
  readonly secrets: readonly string[];
  readonly signal: AbortSignal;
  readonly console: Console;
  readonly context: CliContext;
  /** Called for each scenario when it has finished. */
  readonly onResult: (result: ReportedScenario) => void;
  /** Called, perhaps repeatedly, for a scenario whose trace could not be written completely. */
  readonly onIncompleteTrace: (scenario: Scenario) => void;
}

/** Rows of the ladder that are printed for a failed call. */
const LADDER_ROWS = 12;

/**
 * Runs scenarios concurrently. The results are in the order of the scenarios. After an abort some are missing: those of
 * scenarios that had not begun, and of those whose call it cut off.
 */
export async function runAll(options: RunAllOptions): Promise<readonly ReportedScenario[]> {
  // Each running call adds a listener, which is not a leak.
  setMaxListeners(0, options.signal);
  const results: (ReportedScenario | undefined)[] = [];
  const pending = options.scenarios.entries();
  const worker = async () => {
    for (const [index, scenario] of pending) {
      if (options.signal.aborted) return;
      const result = await runOne(scenario, options);
      if (isCutOff(result)) return;
      results[index] = result;
      options.onResult(result);
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.parallel, options.scenarios.length) }, worker));
  return results.filter((result) => result !== undefined);
}

/** Whether the abort ended the call. Such a call says nothing about the expectations that were still open. */
const isCutOff = ({ result }: ScenarioResult): boolean =>
  result.path === 'disconnected' && result.reason === 'aborted';

/** A call that cannot be made fails its own scenario only. */
async function runOne(scenario: Scenario, options: RunAllOptions): Promise<ReportedScenario> {
  try {
    return await makeCall(scenario, options);
  } catch (error) {
    if (!isHooklineError(error) || !error.isUsage) throw error;
    const reason = messageOf(error).replace(/\.$/, '');
    return refusedScenario(scenario, createMasking(options.secrets).text(reason));
  }
}

/** @throws HooklineError if no call can be made with the values of the scenario and the options */
async function makeCall(scenario: Scenario, options: RunAllOptions): Promise<ReportedScenario> {
  const { integration, baseConnectionUri, action, traces, secrets, signal, console, context } = options;
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
  const onSinkFailure = (message: string) => {
    console.err(`hookline: the trace of the call is incomplete: ${message}`);
    options.onIncompleteTrace(scenario);
  };
  const run = await runScenario(scenario, {
    integration,
    action,
    clock: context.clock,
    sink: combineSinks(sinks, onSinkFailure),
    signal,
  }).catch(async (error) => {
    const path = await writer?.close().catch(() => {});
    if (typeof path === 'string') await deleteTrace(path);
    throw error;
  });
  const result = masking.result(run.result);
  writer?.result(result);
  const tracePath = writer
    ? await writer.close().catch((error) => onSinkFailure(messageOf(error)))
    : undefined;
  const { failure } = run;
  const isKept = options.keepAll || failure !== undefined || isCutOff(run);
  // If it was not written, the folder may be the trace of another call.
  if (typeof tracePath === 'string' && !isKept) await deleteTrace(tracePath);
  return {
    ...run,
    result,
    ...(failure ? { failure: { ...failure, got: masking.text(failure.got) }, ladder: tail.rows() } : {}),
    ...(typeof tracePath === 'string' && isKept ? { trace: tracePath } : {}),
  };
}
