import type { CallAudioConnectorOptions, CallEvent, CallResult, Integration } from '@hookline/client';
import type { WireSink } from '@hookline/protocol';
import { type Clock, checkArgument, checkOptionNames } from '@hookline/runtime';
import type { ScenarioErrorCode } from '../error.js';
import { describeEvent, fitsEvent } from '../live/describe-event.js';
import { LiveCall } from '../live/live-call.js';
import { type Met, meet } from '../live/meet.js';
import type { ExpectStep, NeverRule, Scenario, Step } from '../scenario.js';
import { shownMs } from '../values/duration.js';
import { judgeEnd } from './judge-end.js';
import { perform, type StepSpan } from './perform.js';
import type { ScenarioFailure, ScenarioResult, StepReport } from './result.js';

/** What a scenario is run against. */
export interface RunOptions {
  /** Where the bot is: the base connection URI and the credentials, and how it is dialled. */
  readonly integration: Integration;
  /** What the action is given besides; what the scenario says goes before it. */
  readonly action?: Partial<
    Omit<CallAudioConnectorOptions, 'integration' | 'caller' | 'clock' | 'sink' | 'signal'>
  >;
  /** Default: the clock of the machine. A `VirtualClock` wants `clock.run(runScenario(…))`. */
  readonly clock?: Clock;
  /** Receives everything on the wire, such as a trace writer. */
  readonly sink?: WireSink;
  /** Ends the call. */
  readonly signal?: AbortSignal;
}

/**
 * Makes the call of a scenario and tells whether the bot did what it must. The first step that fails ends the call. Does
 * not reject for what happens on the call.
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
  #broken: { readonly rule: NeverRule; readonly event: CallEvent } | undefined;
  #before = 'the opening of the call';

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
      keepsAudio: scenario.steps.some(looksAtAudio),
    });
    this.#live.log.subscribe((event) => {
      if (this.#broken) return;
      const rule = end.never.find((one) => fitsEvent(event, one));
      if (rule) this.#broken = { rule, event };
      // Whatever waits is over: the call is.
      if (rule) this.#live.call.hangup();
    });
  }

  async run(): Promise<ScenarioResult> {
    const failure = (await this.#steps()) ?? (await this.#end());
    const live = this.#live;
    if (!live.result) live.call.hangup();
    const result = await live.call.result;
    await live.call.closed;
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

  async #steps(): Promise<ScenarioFailure | undefined> {
    const live = this.#live;
    for (const [index, step] of this.#scenario.steps.entries()) {
      const startMs = live.nowMs;
      const fault = await this.#step(step);
      const endMs = live.nowMs;
      const { text, place, id } = step;
      if (id !== undefined)
        this.#spans.set(id, { startMs: step.kind === 'action' ? live.last.startMs : startMs, endMs });
      const skipped = fault !== undefined && step.kind === 'expect' && step.optional && !this.#broken;
      const outcome = fault === undefined && !this.#broken ? 'passed' : skipped ? 'skipped' : 'failed';
      const logged = step.kind === 'log' ? { logged: step.message } : {};
      this.#reports.push({ text, place, outcome, startMs, endMs, ...logged });
      if (this.#broken) return this.#neverFailure(this.#broken, index);
      if (fault && !skipped) return { step: index, text, place, ...fault, atMs: endMs };
      if (step.kind === 'action') this.#before = text;
    }
    return undefined;
  }

  async #step(step: Step): Promise<{ readonly expected: string; readonly got: string } | undefined> {
    const live = this.#live;
    switch (step.kind) {
      case 'action':
        return perform(live, step, this.#spans);
      case 'expect':
        return faultOf(await this.#expect(step));
      case 'parallel':
        return this.#parallel(step.steps);
      case 'log':
        return undefined;
    }
  }

  /** Each looks at what came since the same moment; the cursor goes behind the last that was met. */
  async #parallel(
    steps: readonly ExpectStep[],
  ): Promise<{ readonly expected: string; readonly got: string } | undefined> {
    const { log } = this.#live;
    const from = log.cursor;
    let furthest = from;
    const deadlines = steps.map((step) => this.#untilMs(step));
    for (const [index, step] of steps.entries()) {
      log.cursor = from;
      const fault = faultOf(await this.#expect(step, deadlines[index]));
      if (fault && !step.optional) return fault;
      furthest = Math.max(furthest, log.cursor);
    }
    log.cursor = furthest;
    return undefined;
  }

  async #expect(step: ExpectStep, untilMs?: number): Promise<Met> {
    const live = this.#live;
    // Nothing can be met before the call is open, and the time counts from there.
    await live.until(() => live.result ?? live.openedAtMs, undefined);
    return meet(live, step.expectation, {
      untilMs: untilMs ?? this.#untilMs(step),
      words: this.#waitWords(step),
    });
  }

  #untilMs({ withinMs, from }: ExpectStep): number {
    if (withinMs === undefined) return this.#live.nowMs + this.#scenario.defaults.withinMs;
    return this.#live.anchorMs(from) + withinMs;
  }

  #waitWords({ withinMs, from }: ExpectStep): string {
    if (withinMs === undefined) return `within ${shownMs(this.#scenario.defaults.withinMs)}`;
    const edge = this.#live.last.endMs === undefined ? '' : `the ${from} of `;
    return `within ${shownMs(withinMs)} from ${edge}${this.#before}`;
  }

  /** What the call has to come to. A call that nothing more is said of is ended by the caller. */
  async #end(): Promise<ScenarioFailure | undefined> {
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
      await live.until(() => live.result ?? live.openedAtMs, undefined);
      live.call.hangup();
    }
    const result: CallResult | undefined = await live.until(() => live.result, live.nowMs + end.withinMs);
    if (this.#broken) return this.#neverFailure(this.#broken, 'end');
    if (!result)
      return fail(
        'path',
        `${end.path}, within ${shownMs(end.withinMs)} of the last step`,
        'the call went on',
      );
    const fault = judgeEnd(result, this.#scenario);
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
      expected: `no ${rule.text} on the whole call`,
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

function faultOf(met: Met): { readonly expected: string; readonly got: string } | undefined {
  return met.met ? undefined : { expected: met.expected, got: met.got };
}

function looksAtAudio(step: Step): boolean {
  if (step.kind === 'parallel') return step.steps.some(looksAtAudio);
  return step.kind === 'expect' && step.expectation.of === 'audio';
}
