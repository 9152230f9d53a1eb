import { type Call, callAudioConnector } from '@hookline/client';
import { type Cancel, type Clock, checkArgument, messageOf, systemClock } from '@hookline/runtime';
import type { Behaviour, BehaviourEnd, CallTarget, CallTools, MeasuredOptions } from './behaviour.js';
import { CallMeter, type Ledger } from './call-meter.js';
import { type CallCounts, type EchoTotals, emptySecond, NO_CALLS } from './load-run.js';
import type { MetricName, OwnMetricName } from './metrics.js';
import { type LoadOptions, type LoadPlan, planLoad } from './plan.js';

/** How long a behaviour may go on after its call is over, in milliseconds. */
const BEHAVIOUR_LINGER_MS = 5000;

/** One call of a load. */
interface CallOrder {
  readonly behaviour: Behaviour;
  readonly target: CallTarget;
  readonly clock: Clock;
  readonly plan: LoadPlan;
  readonly index: number;
  /** Hangs up. */
  readonly signal: AbortSignal;
}

/** Makes one call from its beginning to its end, and enters what it came to. Never rejects. */
export async function makeCall(order: CallOrder, ledger: Ledger): Promise<void> {
  const { behaviour, target, clock, plan, index, signal } = order;
  const meter = new CallMeter(ledger);
  const measured: MeasuredOptions = {
    clock,
    sink: meter.sink,
    signal,
    limits: plan.limits,
    media: { frameMs: plan.frameMs },
    // A load asks how much and how fast; what sounds wrong is asked of one call.
    inspectAudio: false,
  };
  let placed: Call | undefined;
  let tellPlaced: (call: Call) => void = () => {};
  const isPlaced = new Promise<Call>((resolve) => {
    tellPlaced = resolve;
  });
  const tools: CallTools = {
    clock,
    index,
    measured,
    call: (options = {}) => {
      placed ??= held(callAudioConnector({ ...target, ...measured, ...options }), plan.holdMs, clock);
      tellPlaced(placed);
      return placed;
    },
    bargedIn: (ms) => ledger.metrics.record('bargeIn', ms),
    unanswered: () => {
      ledger.counts.unanswered += 1;
    },
  };
  let end: BehaviourEnd | { readonly threw: string };
  try {
    end = await bounded(behaviour(target, tools), isPlaced, clock);
  } catch (error) {
    end = { threw: messageOf(error) };
  }
  placed?.hangup();
  const result = 'result' in end ? end.result : await placed?.result;
  const failure = 'threw' in end ? 'behaviour' : end.problem === undefined ? undefined : 'expectation';
  if (result) meter.ended(result, { failure, wasStopped: signal.aborted });
  else meter.notMade();
  await placed?.closed;
}

/** A call that hangs up when its time is over. */
function held(call: Call, holdMs: number, clock: Clock): Call {
  let cancel: Cancel = () => {};
  call.on('state', (state) => {
    if (state === 'open') cancel = clock.after(holdMs, () => call.hangup());
  });
  void call.result.then(() => cancel());
  return call;
}

/** What the behaviour ends with; the result alone where it goes on although its call is over. */
function bounded(
  behaving: Promise<BehaviourEnd>,
  isPlaced: Promise<Call>,
  clock: Clock,
): Promise<BehaviourEnd> {
  return new Promise((resolve, reject) => {
    behaving.then(resolve, reject);
    const result = isPlaced.then((call) => call.result);
    void result.then((result) => {
      const cancel = clock.after(BEHAVIOUR_LINGER_MS, () =>
        resolve({ result, problem: 'the behaviour did not return when its call was over' }),
      );
      behaving.then(cancel, cancel);
    });
  });
}

/** What one call came to, for load tools of others. */
export interface CallMeasures {
  /** 1 for what the call came to, and how often something happened. */
  readonly counts: CallCounts;
  /** Why it failed, if it did. */
  readonly failures: Readonly<Record<string, number>>;
  readonly echo: EchoTotals;
  /** Every time that was measured, in milliseconds; of the lateness of frames, the most. */
  readonly times: readonly (readonly [name: MetricName | OwnMetricName, ms: number])[];
}

/** Options of `measureCall`. */
export interface MeasureCallOptions extends Pick<LoadOptions, 'holdMs' | 'frameMs' | 'limits'> {
  /** As `callTarget` makes it. */
  readonly target: CallTarget;
  readonly behaviour: Behaviour;
  /** The number of the call. Default 0. */
  readonly index?: number;
  readonly signal?: AbortSignal;
  /** Default: the clock of the machine. */
  readonly clock?: Clock;
}

/**
 * Makes one call of a load inside a load tool of others, which decides when it begins and keeps the figures.
 *
 * @throws HooklineError, as a rejection: `LOAD_BAD_OPTION` naming the field
 */
export async function measureCall(options: MeasureCallOptions): Promise<CallMeasures> {
  checkArgument('LOAD_BAD_OPTION', 'measureCall: options', options, { target: 'object' });
  const { target, behaviour, index = 0, clock = systemClock, signal, ...load } = options;
  const times: [MetricName | OwnMetricName, number][] = [];
  const counts = { ...NO_CALLS, started: 1 };
  const failures: Record<string, number> = {};
  const echo = { backMs: 0, lostMs: 0, alteredMs: 0 };
  const second = emptySecond();
  const ledger: Ledger = {
    // The lateness of frames is taken from the second below.
    metrics: { record: (name, ms) => void (name !== 'sendLate' && times.push([name, ms])) },
    counts,
    failures,
    echo,
    second: () => second,
  };
  const order = { behaviour, target, clock, plan: planLoad(load), index };
  await makeCall({ ...order, signal: signal ?? new AbortController().signal }, ledger);
  if (second.sendLate.count > 0) times.push(['sendLate', second.sendLate.max]);
  return { counts, failures, echo, times };
}
