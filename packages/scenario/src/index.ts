export type { ScenarioError, ScenarioErrorCode } from './error.js';
export {
  loadScenarios,
  readScenarioFile,
  readScenarios,
  type ScenarioFile,
  ScenarioFileError,
} from './file/load-scenarios.js';
export { renderProblems, type ScenarioProblem } from './file/problem.js';
export type { ScenarioFailure, ScenarioResult, StepReport } from './run/result.js';
export { type RunOptions, runScenario } from './run/run-scenario.js';
export type { Expectation, Place, Scenario, ScenarioCall, Step } from './scenario.js';
