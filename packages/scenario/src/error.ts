import { errorFactory, type HooklineError } from '@hookline/runtime';

/** The `code` of each `HooklineError` that this package throws. */
export type ScenarioErrorCode =
  /** A scenario file cannot be used: `problems` lists everything that is wrong with it. */
  | 'SCENARIO_BAD_FILE'
  /** An option or expectation that a program gave cannot be used. */
  | 'SCENARIO_BAD_OPTION'
  /** A trace holds no call that a scenario could be made of. */
  | 'SCENARIO_BAD_TRACE';

export type ScenarioError = HooklineError<ScenarioErrorCode>;

export const scenarioError = errorFactory<ScenarioErrorCode>([
  'SCENARIO_BAD_FILE',
  'SCENARIO_BAD_OPTION',
  'SCENARIO_BAD_TRACE',
]);
