export type { ScenarioError, ScenarioErrorCode } from './error.js';
export { DEFAULT_WITHIN_MS } from './file/compile.js';
export {
  loadScenarios,
  type ReadScenarioOptions,
  readScenarioFile,
  readScenarios,
  type ScenarioFile,
  ScenarioFileError,
} from './file/load-scenarios.js';
export { type ExpectationInput, parseExpectation } from './file/parse-expectation.js';
export { renderProblems, type ScenarioProblem } from './file/problem.js';
export type { SpeechCommand } from './file/speech-synthesizer.js';
export { MAX_TIME_MS } from './file/text-fault.js';
export {
  awaitExpectation,
  type ExpectationDeadline,
  type ExpectationResult,
} from './live/await-expectation.js';
export { type LastAction, LiveCall, type LiveCallOptions } from './live/live-call.js';
export type { Sound } from './live/sound-detector.js';
export { type LadderTail, type LadderTailOptions, ladderTail } from './report/ladder-tail.js';
export { renderGithub, renderJunit, renderNdjson } from './report/machine-reports.js';
export { countResults, type ReportedScenario, type RunReport } from './report/run-report.js';
export { renderSpec, type SpecOptions, specLines, specSummary } from './report/spec.js';
export { type ActionFailure, performAction } from './run/perform-action.js';
export type { ScenarioFailure, ScenarioResult, StepReport } from './run/result.js';
export { type RunOptions, runScenario } from './run/run-scenario.js';
export type {
  EndExpectation,
  Expectation,
  FactRule,
  NeverRule,
  Place,
  Scenario,
  ScenarioCall,
  ScenarioDefaults,
  Step,
} from './scenario.js';
export { SCHEMA_LINE, SCHEMA_URL, scenarioSchema } from './schema/json-schema.js';
export type { Range } from './values/range.js';
export type { TextMatch } from './values/text-match.js';
