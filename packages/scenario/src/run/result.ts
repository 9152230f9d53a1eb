import type { CallEvent, CallResult } from '@hookline/client';
import type { Place, Scenario } from '../scenario.js';

/** What became of a step. */
export interface StepReport {
  readonly text: string;
  readonly place: Place;
  /** `skipped`: an optional expectation that was not met. */
  readonly outcome: 'passed' | 'failed' | 'skipped' | 'notRun';
  /** In milliseconds since dialling; absent where it was not run. */
  readonly startMs?: number;
  readonly endMs?: number;
  /** The line of a `log` step. */
  readonly logged?: string;
}

/** Why a scenario failed. */
export interface ScenarioFailure {
  /** The index of the step; `end` for what the call has to come to. */
  readonly step: number | 'end';
  /** The step, or what of the end, in words. */
  readonly text: string;
  readonly place: Place;
  readonly expected: string;
  readonly got: string;
  /** When, in milliseconds since dialling. */
  readonly atMs: number;
}

/** What came of a scenario. */
export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly passed: boolean;
  readonly failure?: ScenarioFailure;
  readonly steps: readonly StepReport[];
  /** How the call ended. */
  readonly result: CallResult;
  /** What happened on it, in order. */
  readonly events: readonly CallEvent[];
  /** When each action began to be carried out and ended, in milliseconds since dialling. */
  readonly durationMs: number;
}
