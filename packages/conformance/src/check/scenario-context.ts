import { joinConnectionUri } from '@hookline/protocol';
import { type Clock, sleep } from '@hookline/runtime';
import type { CheckTarget } from '../caller/open-parameters.js';
import { RawCall } from '../caller/raw-call.js';
import { busyStatusOf } from '../record/busy.js';
import type { Deadlines } from '../record/deadlines.js';
import { readTimeline } from '../record/timeline.js';
import { earlyEndOf } from '../rules/unrelated-end.js';
import { type CallSpec, repeated, type Scenario, type ScenarioContext } from '../scenarios/scenario.js';
import { SCENARIOS } from '../scenarios/scenarios.js';
import type { Profile, Trigger } from './profile.js';

/** Thrown in a scenario when the run is stopped. */
export class RunStopped extends Error {}

/** What the calls of the run have to know about the others. */
export interface ObservedRun {
  /** Whether a `close` was not answered. Later calls then wait only briefly. */
  neverCloses: boolean;
  /** Whether any `ping` was answered. */
  hasPong: boolean;
  /** The calls in which a `ping` was not answered in time. */
  readonly callsWithoutPong: Set<object>;
  /** The number of calls that are being dialled. */
  dialing: number;
  /** The number of repeated calls that were not opened either. */
  failedRepetitions: number;
  /** Settled when the last refused call may be repeated. */
  repetition: Promise<void>;
  /** Whether any call that was dialled is still connected. */
  isConnected(): boolean;
}

/** Returns what is known before the first call. */
export function createObservedRun(isConnected: ObservedRun['isConnected']): ObservedRun {
  return {
    neverCloses: false,
    hasPong: false,
    callsWithoutPong: new Set(),
    dialing: 0,
    failedRepetitions: 0,
    repetition: Promise.resolve(),
    isConnected,
  };
}

/** The pause before a refused call is repeated, in milliseconds: a bot may limit how often it is called. */
const REPETITION_PAUSE_MS = 1000;
/** After this many repetitions that were not opened either, no call is repeated: the bot opens no more than it did. */
const MAX_FAILED_REPETITIONS = 10;

/** The wait for `closed` of a bot that is known not to send it, in milliseconds. */
const SHORT_CLOSED_TIMEOUT_MS = 500;

/** After this many calls without any `pong` in the run, the bot is known not to send it. Later ones wait this long, in ms. */
const CALLS_WITHOUT_PONG = 2;
const SHORT_PONG_TIMEOUT_MS = 500;

interface RunSettings {
  readonly observed: ObservedRun;
  readonly target: CheckTarget;
  readonly profile: Profile;
  readonly deadlines: Deadlines;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Creates what a scenario makes its calls with. They are added to `calls` as soon as they are dialled. */
export function createScenarioContext(
  { target, profile, deadlines, clock, observed, signal }: RunSettings,
  scenario: Scenario,
  calls: RawCall[],
): ScenarioContext {
  const throwIfStopped = () => {
    if (signal.aborted) throw new RunStopped();
  };
  const dialOnce = async ({ trigger, ...spec }: CallSpec) => {
    throwIfStopped();
    const url =
      trigger?.connectorId === undefined
        ? undefined
        : joinConnectionUri(target.baseUrl ?? target.url, trigger.connectorId);
    observed.dialing += 1;
    const call = await RawCall.dial({
      scenario: scenario.name,
      purpose: { kind: 'call' },
      target,
      deadlines,
      clock,
      inputs: profile.inputs,
      signal,
      isBesideAnother: () => observed.dialing > 1 || observed.isConnected(),
      ...(observed.neverCloses ? { closedTimeoutMs: SHORT_CLOSED_TIMEOUT_MS } : {}),
      onNotClosed() {
        observed.neverCloses = true;
      },
      pongTimeoutMs: () =>
        !observed.hasPong && observed.callsWithoutPong.size >= CALLS_WITHOUT_PONG
          ? SHORT_PONG_TIMEOUT_MS
          : undefined,
      onPong(arrived) {
        if (arrived) observed.hasPong = true;
        else observed.callsWithoutPong.add(spec);
      },
      ...(url === undefined ? {} : { url }),
      ...spec,
    }).finally(() => {
      observed.dialing -= 1;
    });
    calls.push(call);
    throwIfStopped();
    return call;
  };
  /** Whether to repeat a call that the bot did not open. The first one is not: what prevents it prevents all others. */
  const mayRepeat = (call: RawCall) =>
    scenario !== SCENARIOS[0] &&
    !call.isRepeated &&
    observed.failedRepetitions < MAX_FAILED_REPETITIONS &&
    earlyEndOf(readTimeline(call.record())) !== undefined;
  const repeat = async (spec: CallSpec, make: (spec: CallSpec) => Promise<RawCall>) => {
    // A second apart: two at once could be too many again.
    observed.repetition = observed.repetition
      .then(() => sleep(clock, REPETITION_PAUSE_MS, signal))
      .catch(() => {});
    await observed.repetition;
    throwIfStopped();
    const call = await make(repeated(spec));
    if (!call.connected) observed.failedRepetitions += 1;
    return call;
  };
  const dial = async (spec: CallSpec) => {
    const call = await dialOnce(spec);
    const kind = spec.purpose?.kind ?? 'call';
    // A request that must be refused is none of these; of a call after an attack, the attack is repeated too.
    const isDue = kind === 'acceptance' ? busyStatusOf(call) !== undefined : kind !== 'refusal';
    return !call.connected && isDue && mayRepeat(call) ? await repeat(spec, dialOnce) : call;
  };
  return {
    target,
    profile,
    clock,
    deadlines,
    dial,
    async open(spec, changes) {
      const dialOpen = async (one: CallSpec) => {
        const dialed = await dial(one);
        if (!(await dialed.open({ ...inputsOf(spec.trigger), ...changes }))) await dialed.hangUp();
        throwIfStopped();
        return dialed;
      };
      const first = await dialOpen(spec);
      const call = first.isOpen || !mayRepeat(first) ? first : await repeat(spec, dialOpen);
      if (!call.isOpen) return undefined;
      call.audio.start();
      return call;
    },
  };
}

const inputsOf = (trigger: Trigger | undefined) =>
  trigger?.inputs === undefined ? {} : { inputVariables: trigger.inputs };
