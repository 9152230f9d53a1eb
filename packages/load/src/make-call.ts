import { type Call, type CallResult, callAudioConnector } from '@hookline/client';
import {
  type Cancel,
  type Clock,
  checkArgument,
  checkOptionNames,
  describeValue,
  messageOf,
  systemClock,
} from '@hookline/runtime';
import type { Behaviour, BehaviourEnd, CallTarget, CallTools, MeasuredOptions } from './behaviour.js';
import { type CallFailure, CallMeter, type LoadTotals } from './call-meter.js';
import { checkCallbacks } from './check-callbacks.js';
import { type CallCounts, type EchoTotals, emptySecond, NO_CALLS } from './load-run.js';
import type { MetricName, OwnMetricName } from './metrics.js';
import { type LoadOptions, type LoadPlan, planLoad } from './plan.js';

/** How long a behaviour may continue after its call has ended, in milliseconds. */
const BEHAVIOUR_LINGER_MS = 5000;

/** One call of a load test. */
interface CallRequest {
  readonly behaviour: Behaviour;
  readonly target: CallTarget;
  readonly clock: Clock;
  readonly plan: LoadPlan;
  readonly index: number;
  /** Hangs up. */
  readonly signal: AbortSignal;
}

/** Makes one call and records its outcome. Never rejects. */
export async function makeCall(request: CallRequest, totals: LoadTotals): Promise<void> {
  const { behaviour, target, clock, plan, index, signal } = request;
  const meter = new CallMeter(totals);
  const measured: MeasuredOptions = {
    clock,
    sink: meter.sink,
    signal,
    limits: plan.limits,
    media: { frameMs: plan.frameMs },
    // A load test measures capacity and latency; audio quality is inspected in single calls.
    inspectAudio: false,
  };
  let placed: Call | undefined;
  let resolvePlaced: (call: Call) => void = () => {};
  const placedCall = new Promise<Call>((resolve) => {
    resolvePlaced = resolve;
  });
  const tools: CallTools = {
    clock,
    index,
    measured,
    call: (options = {}) => {
      placed ??= hangUpAfterHold(
        callAudioConnector({ ...target, ...measured, ...options }),
        plan.holdMs,
        clock,
      );
      resolvePlaced(placed);
      return placed;
    },
    bargedIn: (ms) => totals.metrics.record('bargeIn', ms),
    unanswered: () => {
      totals.counts.unanswered += 1;
    },
  };
  let end: BehaviourEnd | { readonly threw: string };
  try {
    const behaved = (async () => checkedEnd(await behaviour(target, tools)))();
    end = await endOfBehaviour(behaved, placedCall, clock);
  } catch (error) {
    end = { threw: messageOf(error) };
  }
  placed?.hangup();
  const result = 'result' in end ? end.result : await placed?.result;
  const failure = failureOf(end, result);
  if (result) meter.recordEnd(result, { failure, wasStopped: signal.aborted });
  else meter.recordNotMade(failure);
  await placed?.closed;
}

/** @throws TypeError if a behaviour, which is user code, returned something else */
function checkedEnd(end: unknown): BehaviourEnd {
  if (isBehaviourEnd(end)) return end;
  throw new TypeError(
    `the behaviour returned ${describeValue(end)}; expected { result, problem?, isExpected? }: the result of its call, a string, and a boolean`,
  );
}

function isBehaviourEnd(end: unknown): end is BehaviourEnd {
  if (typeof end !== 'object' || end === null || !('result' in end)) return false;
  const { result } = end;
  if ('problem' in end && end.problem !== undefined && typeof end.problem !== 'string') return false;
  if ('isExpected' in end && end.isExpected !== undefined && typeof end.isExpected !== 'boolean')
    return false;
  if (typeof result !== 'object' || result === null || !('timings' in result)) return false;
  const { timings } = result;
  return (
    typeof timings === 'object' && timings !== null && 'replyMs' in timings && Array.isArray(timings.replyMs)
  );
}

/** Why a call counts as failed: its behaviour judges first, then the path. */
function failureOf(
  end: BehaviourEnd | { readonly threw: string },
  result: CallResult | undefined,
): CallFailure | undefined {
  if ('threw' in end) return { cause: 'behaviour', error: end.threw };
  if (end.problem !== undefined) return { cause: 'expectation', error: end.problem };
  if (end.isExpected || result?.path !== 'failure') return undefined;
  return { cause: result.cause, error: result.failureOutputs.errorMessage };
}

/** Makes the call hang up after its hold time. */
function hangUpAfterHold(call: Call, holdMs: number, clock: Clock): Call {
  let cancel: Cancel = () => {};
  call.on('state', (state) => {
    if (state === 'open') cancel = clock.after(holdMs, () => call.hangup());
  });
  void call.result.then(() => cancel());
  return call;
}

/** Resolves with the behaviour's end, or with an end for it if it does not return after its call has ended. */
function endOfBehaviour(
  behaviourEnd: Promise<BehaviourEnd>,
  placedCall: Promise<Call>,
  clock: Clock,
): Promise<BehaviourEnd> {
  return new Promise((resolve, reject) => {
    behaviourEnd.then(resolve, reject);
    const result = placedCall.then((call) => call.result);
    void result.then((result) => {
      const cancel = clock.after(BEHAVIOUR_LINGER_MS, () =>
        resolve({ result, problem: 'the behaviour did not return after its call had ended' }),
      );
      behaviourEnd.then(cancel, cancel);
    });
  });
}

/** The measurements of one call, for other load tools. */
export interface CallMeasures {
  /** 1 for the outcome of the call; the number of occurrences for the other counts. */
  readonly counts: CallCounts;
  /** The cause of the failure, if it failed. */
  readonly failures: Readonly<Record<string, number>>;
  readonly echo: EchoTotals;
  /** All measured times, in milliseconds; for the lateness of frames only the maximum. */
  readonly times: readonly (readonly [name: MetricName | OwnMetricName, ms: number])[];
}

/** Options of `measureCall`. */
export interface MeasureCallOptions extends Pick<LoadOptions, 'holdMs' | 'frameMs' | 'limits'> {
  /** The target, from `callTarget`. */
  readonly target: CallTarget;
  readonly behaviour: Behaviour;
  /** Index of the call. Default 0. */
  readonly index?: number;
  readonly signal?: AbortSignal;
  /** Default: the system clock. */
  readonly clock?: Clock;
}

/**
 * Makes and measures one call within another load tool, which schedules the calls and collects the measurements.
 *
 * @throws HooklineError as a rejection: `LOAD_BAD_OPTION` naming the field
 */
export async function measureCall(options: MeasureCallOptions): Promise<CallMeasures> {
  checkOptionNames<MeasureCallOptions>('LOAD_BAD_OPTION', 'measureCall: ', options ?? null, {
    target: true,
    behaviour: true,
    index: true,
    signal: true,
    clock: true,
    holdMs: true,
    frameMs: true,
    limits: true,
  });
  checkArgument('LOAD_BAD_OPTION', 'measureCall: target', options.target, 'object');
  checkArgument('LOAD_BAD_OPTION', 'measureCall: behaviour', options.behaviour, 'function');
  checkCallbacks('measureCall: ', options);
  const { target, behaviour, index = 0, clock = systemClock, signal, ...load } = options;
  const times: [MetricName | OwnMetricName, number][] = [];
  const counts = { ...NO_CALLS, started: 1 };
  const failures: Record<string, number> = {};
  const echo = { backMs: 0, lostMs: 0, alteredMs: 0 };
  const second = emptySecond();
  const totals: LoadTotals = {
    // The maximum lateness of frames is added below.
    metrics: { record: (name, ms) => void (name !== 'sendLate' && times.push([name, ms])) },
    counts,
    failures,
    examples: {},
    echo,
    second: () => second,
  };
  const request = { behaviour, target, clock, plan: planLoad(load), index };
  await makeCall({ ...request, signal: signal ?? new AbortController().signal }, totals);
  if (second.sendLate.count > 0) times.push(['sendLate', second.sendLate.max]);
  return { counts, failures, echo, times };
}
