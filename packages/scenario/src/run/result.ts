import type { CallEvent, CallResult } from '@hookline/client';
import type { Place, Scenario } from '../scenario.js';

/** The result of a step. */
export interface StepReport {
  readonly text: string;
  readonly place: Place;
  /** `skipped`: an optional expectation that was not met. */
  readonly outcome: 'passed' | 'failed' | 'skipped' | 'notRun';
  /** In milliseconds since dialling; absent if the step did not run. */
  readonly startMs?: number;
  readonly endMs?: number;
  /** The line of a `log` step. */
  readonly logged?: string;
}

/** Why a scenario failed. */
export interface ScenarioFailure {
  /** The index of the step, or `end` for the expected end of the call. */
  readonly step: number | 'end';
  /** The step, or the part of `end`, as text. */
  readonly text: string;
  readonly place: Place;
  readonly expected: string;
  readonly got: string;
  /** When, in milliseconds since dialling. */
  readonly atMs: number;
}

/** The result of a scenario. */
export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly passed: boolean;
  readonly failure?: ScenarioFailure;
  readonly steps: readonly StepReport[];
  /** How the call ended. */
  readonly result: CallResult;
  /** The events of the call, in order. */
  readonly events: readonly CallEvent[];
  /** How long the call lasted, in milliseconds. */
  readonly durationMs: number;
}
