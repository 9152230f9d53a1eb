import type { CallAudioConnectorOptions, CallEvent, CallResult, Integration } from '@hookline/client';
import type { WireSink } from '@hookline/protocol';
import { type Clock, checkArgument, checkOptionNames } from '@hookline/runtime';
import type { ScenarioErrorCode } from '../error.js';
import { awaitExpectation, type ExpectationResult } from '../live/await-expectation.js';
import { describeEvent, matchesEvent } from '../live/describe-event.js';
import { LiveCall } from '../live/live-call.js';
import type { ExpectStep, NeverRule, Scenario, Step } from '../scenario.js';
import { formatMs } from '../values/duration.js';
import { checkEnd } from './check-end.js';
import { performAction, type StepSpan } from './perform-action.js';
import type { ScenarioFailure, ScenarioResult, StepReport } from './result.js';
import { runParallel } from './run-parallel.js';

/** Options of `runScenario`. */
export interface RunOptions {
  /** The bot under test: base connection URI, credentials and how to dial. */
  readonly integration: Integration;
  /** Further options of the action. Values of the scenario take precedence. */
  readonly action?: Partial<
    Omit<CallAudioConnectorOptions, 'integration' | 'caller' | 'clock' | 'sink' | 'signal'>
  >;
  /** Default: the system clock. With a `VirtualClock`, call `clock.run(runScenario(…))`. */
  readonly clock?: Clock;
  /** Receives all wire traffic, for example a trace writer. */
  readonly sink?: WireSink;
  /** Ends the call. */
  readonly signal?: AbortSignal;
}

/**
 * Makes the call of a scenario and returns whether the bot met its expectations. The first failed step ends the call.
 * Nothing that happens on the call rejects the promise.
 *
 * @throws HooklineError `SCENARIO_BAD_OPTION` as a rejection, for an option that does not exist; `CLIENT_BAD_ARGUMENT`
 *   for one of the action that cannot be used
 */
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<ScenarioResult> {
  checkArgument('SCENARIO_BAD_OPTION', 'runScenario: scenario', scenario, 'object');
  checkOptionNames<RunOptions>(
    'SCENARIO_BAD_OPTION' satisfies ScenarioErrorCode,
    'runScenario: ',
    options ?? null,
    {
      integration: true,
      action: true,
      clock: true,
      sink: true,
      signal: true,
    },
  );
  checkArgument('SCENARIO_BAD_OPTION', 'runScenario: options', options, { integration: 'object' });
  return new ScenarioRun(scenario, options).run();
}

class ScenarioRun {
  readonly #scenario: Scenario;
  readonly #live: LiveCall;
  readonly #spans = new Map<string, StepSpan>();
  readonly #reports: StepReport[] = [];
  #neverViolation: { readonly rule: NeverRule; readonly event: CallEvent } | undefined;
  #lastActionText = '';

  constructor(scenario: Scenario, { integration, action, clock, sink, signal }: RunOptions) {
    this.#scenario = scenario;
    const { call, defaults, end } = scenario;
    const { conversation, ...given } = call;
    this.#live = new LiveCall({
      action: {
        ...action,
        ...given,
        conversation: { ...action?.conversation, ...conversation },
        integration,
        ...(clock ? { clock } : {}),
        ...(sink ? { sink } : {}),
        ...(signal ? { signal } : {}),
      },
      ...defaults,
      recordAudio: scenario.steps.some(checksAudio),
    });
    this.#live.log.subscribe((event) => {
      if (this.#neverViolation) return;
      const rule = end.never.find((one) => matchesEvent(event, one));
      if (rule) this.#neverViolation = { rule, event };
      // Ending the call also ends every wait.
      if (rule) this.#live.call.hangup();
    });
  }

  async run(): Promise<ScenarioResult> {
    const early = (await this.#runSteps()) ?? (await this.#checkEnd());
    const live = this.#live;
    if (!live.result) live.call.hangup();
    const result = await live.call.result;
    await live.call.closed;
    // The result is due before the bot's time for `closed` is over: the last events may follow it.
    const failure = early ?? (this.#neverViolation && this.#neverFailure(this.#neverViolation, 'end'));
    return {
      scenario: this.#scenario,
      passed: failure === undefined,
      ...(failure ? { failure } : {}),
      steps: this.#allSteps(),
      result,
      events: live.log.events,
      durationMs: result.durationMs,
    };
  }

  async #runSteps(): Promise<ScenarioFailure | undefined> {
    const live = this.#live;
    for (const [index, step] of this.#scenario.steps.entries()) {
      const startMs = live.nowMs;
      const fault = await this.#runStep(step);
      const endMs = live.nowMs;
      const { text, place, id } = step;
      if (id !== undefined)
        this.#spans.set(id, { startMs: step.kind === 'action' ? live.lastAction.startMs : startMs, endMs });
      const skipped = fault !== undefined && step.kind === 'expect' && step.optional && !this.#neverViolation;
      const outcome =
        fault === undefined && !this.#neverViolation ? 'passed' : skipped ? 'skipped' : 'failed';
      const logged = step.kind === 'log' ? { logged: step.message } : {};
      this.#reports.push({ text, place, outcome, startMs, endMs, ...logged });
      if (this.#neverViolation) return this.#neverFailure(this.#neverViolation, index);
      if (fault && !skipped) return { step: index, text, place, ...fault, atMs: endMs };
      if (step.kind === 'action') this.#lastActionText = text;
    }
    return undefined;
  }

  async #runStep(step: Step): Promise<{ readonly expected: string; readonly got: string } | undefined> {
    const live = this.#live;
    switch (step.kind) {
      case 'action':
        return performAction(live, step, this.#spans);
      case 'expect':
        await this.#waitForOpen();
        return mismatchOf(await this.#runExpect(step, live.nowMs, this.#deadlineMs(step)));
      case 'parallel':
        return this.#runParallel(step.steps);
      case 'log':
        return undefined;
    }
  }

  async #runParallel(
    steps: readonly ExpectStep[],
  ): Promise<{ readonly expected: string; readonly got: string } | undefined> {
    await this.#waitForOpen();
    const branches = steps.map((step) => ({
      expectation: step.expectation,
      optional: step.optional,
      deadlineMs: this.#deadlineMs(step),
      description: this.#describeDeadline(step),
    }));
    return mismatchOf(await runParallel(this.#live, branches));
  }

  /** An expectation can only be met once the call is open, and its time starts there. */
  async #waitForOpen(): Promise<void> {
    const live = this.#live;
    await live.waitFor(() => live.result ?? live.openedAtMs, undefined);
  }

  #runExpect(step: ExpectStep, startMs: number, deadlineMs: number): Promise<ExpectationResult> {
    return awaitExpectation(this.#live, step.expectation, {
      startMs,
      deadlineMs,
      description: this.#describeDeadline(step),
    });
  }

  #deadlineMs({ withinMs, from }: ExpectStep): number {
    if (withinMs === undefined) return this.#live.nowMs + this.#scenario.defaults.withinMs;
    return this.#live.anchorMs(from) + withinMs;
  }

  #describeDeadline({ withinMs, from }: ExpectStep): string {
    if (withinMs === undefined) return `within ${formatMs(this.#scenario.defaults.withinMs)}`;
    const anchor = this.#live.isAnchoredAtAction(from)
      ? `the ${from} of ${this.#lastActionText}`
      : 'the opening of the call';
    return `within ${formatMs(withinMs)} from ${anchor}`;
  }

  /** Checks the expected end. The caller hangs up unless another path is expected. */
  async #checkEnd(): Promise<ScenarioFailure | undefined> {
    const live = this.#live;
    const { end } = this.#scenario;
    const fail = (text: string, expected: string, got: string): ScenarioFailure => ({
      step: 'end',
      text,
      place: end.place,
      expected,
      got,
      atMs: live.nowMs,
    });
    if (!live.result && (end.path === undefined || end.path === 'disconnected')) {
      await this.#waitForOpen();
      live.call.hangup();
    }
    const result: CallResult | undefined = await live.waitFor(() => live.result, live.nowMs + end.withinMs);
    if (this.#neverViolation) return this.#neverFailure(this.#neverViolation, 'end');
    if (!result)
      return fail(
        'path',
        `${end.path}, within ${formatMs(end.withinMs)} of the last step`,
        'the call continued',
      );
    const fault = checkEnd(result, this.#scenario);
    return fault && fail(fault.text, fault.expected, fault.got);
  }

  #neverFailure(
    { rule, event }: { readonly rule: NeverRule; readonly event: CallEvent },
    step: number | 'end',
  ): ScenarioFailure {
    const running = step === 'end' ? undefined : this.#scenario.steps[step];
    const during = running ? `, during ${running.text}` : '';
    return {
      step,
      text: `never ${rule.text}`,
      place: rule.place,
      expected: `no ${rule.text} during the whole call`,
      got: `${describeEvent(event)}${during}`,
      atMs: event.t,
    };
  }

  #allSteps(): readonly StepReport[] {
    const rest = this.#scenario.steps.slice(this.#reports.length);
    return [
      ...this.#reports,
      ...rest.map(({ text, place }) => ({ text, place, outcome: 'notRun' as const })),
    ];
  }
}

function mismatchOf(met: ExpectationResult): { readonly expected: string; readonly got: string } | undefined {
  return met.met ? undefined : { expected: met.expected, got: met.got };
}

function checksAudio(step: Step): boolean {
  if (step.kind === 'parallel') return step.steps.some(checksAudio);
  return step.kind === 'expect' && step.expectation.kind === 'audio';
}
