export type { Clause, ClauseId } from '@hookline/protocol';
export type { Clock } from '@hookline/runtime';
export type { Trace } from '@hookline/trace';
export {
  type CalibratedCall,
  type Calibration,
  type CalibrationReport,
  type CalibrationRun,
  calibrate,
  createCalibration,
} from './calibrate/calibrate.js';
export { calibrationPage } from './calibrate/calibration-page.js';
export { type OperationalEvent, readOperationalEvents } from './calibrate/operational-events.js';
export type { CheckTarget } from './caller/open-parameters.js';
export { CHECKS, type Check } from './check/catalogue.js';
export type { Outcome } from './check/outcome.js';
export {
  AUTH_MODES,
  type AuthMode,
  type ProfileFile,
  readProfile,
  TRIGGERS,
  type Trigger,
  type TriggerName,
} from './check/profile.js';
export type { CheckReport, CheckResult, Finding, Problem } from './check/report.js';
export { type CheckOptions, type Progress, runChecks } from './check/run-checks.js';
export type { ConformanceError, ConformanceErrorCode } from './error.js';
export type { FaultyAuth } from './faults/admission.js';
export { FAULTS, type Fault, type FaultName } from './faults/catalogue.js';
export { type FaultyBot, type ServeFaultOptions, serveFault } from './faults/serve-fault.js';
export type { Deadlines } from './record/deadlines.js';
export { cataloguePage } from './report/catalogue-page.js';
export { renderJunit } from './report/junit.js';
export { renderGithub, renderNdjson } from './report/machine-reports.js';
export { renderSpec, type SpecOptions } from './report/spec.js';
export type { CheckTls } from './wire/dial.js';
