import type { CallAudioConnectorOptions, CallEventName, CallResult, Cause, Faults } from '@hookline/client';
import type { StepMoment } from './values/moment.js';
import type { Range } from './values/range.js';
import type { TextMatch } from './values/text-match.js';

/** A place in a scenario file; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
  /** Where it is another file than that of the scenario: one that it uses. */
  readonly file?: string;
}

/** A call as a file tells it, read and checked: what the caller does, and what the bot must do. */
export interface Scenario {
  /** With the row of `data`, where there is one. */
  readonly name: string;
  /** As it was given to `loadScenarios`. */
  readonly file: string;
  readonly place: Place;
  readonly tags: readonly string[];
  readonly call: ScenarioCall;
  readonly defaults: ScenarioDefaults;
  readonly steps: readonly Step[];
  readonly end: EndExpectation;
}

/** What the action is given. */
export interface ScenarioCall {
  readonly connectorId?: string;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Declared outputs; none declared takes all. */
  readonly outputs?: readonly string[];
  readonly conversation: NonNullable<CallAudioConnectorOptions['conversation']>;
  readonly faults?: Faults;
}

/** Times in milliseconds. */
export interface ScenarioDefaults {
  /** How long an expectation waits that says nothing itself; default 10,000. */
  readonly withinMs: number;
  /** How long the bot must have been silent before the caller speaks; default 700. */
  readonly turnGapMs: number;
}

/** What every step has. */
export interface StepBase {
  /** As a report writes it, such as `say audio/hello.wav`. */
  readonly text: string;
  readonly place: Place;
  readonly id?: string;
}

/** What the caller does. */
export type Action =
  | { readonly do: 'say'; readonly audio: Uint8Array; readonly at?: StepMoment }
  | { readonly do: 'dtmf'; readonly digits: string; readonly gapMs: number; readonly at?: StepMoment }
  | { readonly do: 'language'; readonly language: string; readonly at?: StepMoment }
  | { readonly do: 'hangup' | 'pause' | 'resume'; readonly at?: StepMoment }
  | { readonly do: 'wait'; readonly ms: number };

/** One thing of the call that is looked for. */
export type Expectation =
  /** An event of this name whose facts fit. */
  | { readonly of: 'event'; readonly name: CallEventName; readonly facts: readonly FactRule[] }
  /** The next thing that the bot says. */
  | { readonly of: 'audio'; readonly rules: AudioRules }
  /** No such event for some time. */
  | { readonly of: 'absent'; readonly event: EventExpectation; readonly forMs: number };

export type EventExpectation = Extract<Expectation, { of: 'event' }>;

/** What one fact of an event has to be. */
export type FactRule =
  | { readonly fact: string; readonly text: TextMatch }
  /** Where `decides`, the first event of the name must fit; no other is waited for. */
  | { readonly fact: string; readonly range: Range; readonly unit: 'ms' | ''; readonly decides?: boolean };

/** What a stretch of the bot's audio has to be: from its first sound until it has been silent for a while. */
export interface AudioRules {
  /** How long speech, or anything as loud, is heard in all. */
  readonly speech?: Range;
  /** How long it is silent in all between the first sound and the last. */
  readonly silence?: Range;
  /** The longest silence between two sounds. */
  readonly gaps?: Range;
  /** From the first sound to the last. */
  readonly duration?: Range;
  /** RMS level without the pauses, in dBFS. */
  readonly level?: Range;
  /** A tone that stands out, in Hz. */
  readonly tone?: number;
  /** Audio that it has to be like, 8 kHz µ-law. */
  readonly soundsLike?: { readonly file: string; readonly audio: Uint8Array; readonly atLeast: number };
}

/** A step that does something. */
export interface ActionStep extends StepBase {
  readonly kind: 'action';
  readonly action: Action;
}

/** A step that waits for something of the bot. */
export interface ExpectStep extends StepBase {
  readonly kind: 'expect';
  readonly expectation: Expectation;
  /** From the end of the last action, or its start; undefined: the default, from the end of the step before. */
  readonly withinMs?: number;
  readonly from: 'start' | 'end';
  /** Whether the call goes on where it is not met. */
  readonly optional: boolean;
}

/** Expectations whose order is not known. */
export interface ParallelStep extends StepBase {
  readonly kind: 'parallel';
  readonly steps: readonly ExpectStep[];
}

/** A line for the report. */
export interface LogStep extends StepBase {
  readonly kind: 'log';
  readonly message: string;
}

export type Step = ActionStep | ExpectStep | ParallelStep | LogStep;

/** What the call has to come to, and what must not happen on it. */
export interface EndExpectation {
  readonly place: Place;
  readonly path?: CallResult['path'];
  readonly cause?: Cause;
  readonly errorType?: TextMatch;
  readonly errorMessage?: TextMatch;
  readonly outputs?: Readonly<Record<string, TextMatch>>;
  /** Whether outputs that are named nowhere fail the scenario. */
  readonly refusesUndeclared: boolean;
  /** Every reply of the call. */
  readonly reply?: Range;
  /** How long the call may go on after the last step, in milliseconds. */
  readonly withinMs: number;
  readonly never: readonly NeverRule[];
}

/** An event that must not come. */
export interface NeverRule extends EventExpectation {
  readonly text: string;
  readonly place: Place;
}
