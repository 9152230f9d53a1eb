import type { CallAudioConnectorOptions, CallEventName, CallResult, Cause, Faults } from '@hookline/client';
import type { StepMoment } from './values/moment.js';
import type { Range } from './values/range.js';
import type { TextMatch } from './values/text-match.js';

/** A position in a scenario file. Lines and columns start at 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
  /** Set if the place is in another file that the scenario uses. */
  readonly file?: string;
}

/** A scenario, read and checked: what the caller does and what the bot must do. */
export interface Scenario {
  /** Includes the values of the row if the scenario has `data`. */
  readonly name: string;
  /** The path that was given to `loadScenarios`. */
  readonly file: string;
  readonly place: Place;
  readonly tags: readonly string[];
  readonly call: ScenarioCall;
  readonly defaults: ScenarioDefaults;
  readonly steps: readonly Step[];
  readonly end: EndExpectation;
}

/** The input of the Call Audio Connector action. */
export interface ScenarioCall {
  readonly connectorId?: string;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Declared outputs. Default: all outputs are accepted. */
  readonly outputs?: readonly string[];
  readonly conversation: NonNullable<CallAudioConnectorOptions['conversation']>;
  readonly faults?: Faults;
}

/** Times in milliseconds. */
export interface ScenarioDefaults {
  /** How long an expectation without `within` waits. Default: 10,000. */
  readonly withinMs: number;
  /** How long the bot must be silent before the caller speaks. Default: 700. */
  readonly turnGapMs: number;
}

/** The fields of every step. */
export interface StepBase {
  /** The step in reports, such as `say audio/hello.wav`. */
  readonly text: string;
  readonly place: Place;
  readonly id?: string;
}

/** An action of the caller. */
export type Action =
  | { readonly type: 'say'; readonly audio: Uint8Array; readonly at?: StepMoment }
  | { readonly type: 'dtmf'; readonly digits: string; readonly gapMs: number; readonly at?: StepMoment }
  | { readonly type: 'language'; readonly language: string; readonly at?: StepMoment }
  | { readonly type: 'hangup' | 'pause' | 'resume'; readonly at?: StepMoment }
  | { readonly type: 'wait'; readonly ms: number };

/** An expectation about the call. */
export type Expectation =
  /** An event with this name that matches all rules. */
  | { readonly kind: 'event'; readonly name: CallEventName; readonly facts: readonly FactRule[] }
  /** The next audio of the bot. */
  | { readonly kind: 'audio'; readonly rules: AudioRules }
  /** No such event for `forMs` milliseconds. */
  | { readonly kind: 'absent'; readonly event: EventExpectation; readonly forMs: number };

export type EventExpectation = Extract<Expectation, { kind: 'event' }>;

/** The required value of one property of an event. */
export type FactRule =
  | { readonly fact: string; readonly text: TextMatch }
  /** If `isDecisive`, the first event of that name must match; later ones are not considered. */
  | { readonly fact: string; readonly range: Range; readonly unit: 'ms' | ''; readonly isDecisive?: boolean };

/** Rules for an utterance of the bot: its audio from the first sound until a longer silence. */
export interface AudioRules {
  /** The total time with sound. */
  readonly speech?: Range;
  /** The total silence between the first sound and the last. */
  readonly silence?: Range;
  /** The longest silence between two sounds. */
  readonly gaps?: Range;
  /** From the first sound to the last. */
  readonly duration?: Range;
  /** RMS level without the pauses, in dBFS. */
  readonly level?: Range;
  /** A dominant tone, in Hz. */
  readonly tone?: number;
  /** Audio that it must resemble, 8 kHz µ-law. */
  readonly soundsLike?: { readonly file: string; readonly audio: Uint8Array; readonly atLeast: number };
}

/** A step in which the caller acts. */
export interface ActionStep extends StepBase {
  readonly kind: 'action';
  readonly action: Action;
}

/** A step that waits for the bot to meet an expectation. */
export interface ExpectStep extends StepBase {
  readonly kind: 'expect';
  readonly expectation: Expectation;
  /** Time from the end or the start of the last action. Undefined: the default time, from the end of the step before. */
  readonly withinMs?: number;
  readonly from: 'start' | 'end';
  /** Whether the scenario continues if the expectation is not met. */
  readonly optional: boolean;
}

/** Expectations that may be met in any order. */
export interface ParallelStep extends StepBase {
  readonly kind: 'parallel';
  readonly steps: readonly ExpectStep[];
}

/** Writes a line to the report. */
export interface LogStep extends StepBase {
  readonly kind: 'log';
  readonly message: string;
}

export type Step = ActionStep | ExpectStep | ParallelStep | LogStep;

/** The expected end of the call, and the events that must not happen. */
export interface EndExpectation {
  readonly place: Place;
  readonly path?: CallResult['path'];
  readonly cause?: Cause;
  readonly errorType?: TextMatch;
  readonly errorMessage?: TextMatch;
  readonly outputs?: Readonly<Record<string, TextMatch>>;
  /** Whether undeclared outputs fail the scenario. */
  readonly failOnUndeclared: boolean;
  /** The range of every reply time of the call. */
  readonly reply?: Range;
  /** How long the call may continue after the last step, in milliseconds. */
  readonly withinMs: number;
  readonly never: readonly NeverRule[];
}

/** An event that must not happen. */
export interface NeverRule extends EventExpectation {
  readonly text: string;
  readonly place: Place;
}
