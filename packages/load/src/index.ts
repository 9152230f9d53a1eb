export type {
  Call,
  CallAudioConnectorOptions,
  CallResult,
  Integration,
  MediaOptions,
  TlsOptions,
} from '@hookline/client';
export type { RateKind, WireSink } from '@hookline/protocol';
export type { Clock, Rate } from '@hookline/runtime';
export type { Arrivals } from './arrivals.js';
export type { Behaviour, BehaviourEnd, CallTarget, CallTools, MeasuredOptions } from './behaviour.js';
export { type ConversationOptions, conversation } from './conversation.js';
export { EchoDetector, type EchoSummary } from './echo-detector.js';
export type { LoadError, LoadErrorCode } from './error.js';
export type { LoadProgress } from './generate.js';
export { type LoadFile, parseLoadFile, readLoadFile } from './load-file.js';
export { behaviourOf, callTarget, type LoadTarget, type ScenarioTalk, type Talk } from './load-job.js';
export {
  type CallCounts,
  type EchoTotals,
  type LoadRun,
  mergeRuns,
  type Second,
  type Spread,
} from './load-run.js';
export { type CallMeasures, type MeasureCallOptions, measureCall } from './make-call.js';
export {
  METRICS,
  type MetricName,
  type MetricSnapshot,
  type MetricSummary,
  type Metrics,
  OWN_METRICS,
  type OwnMetricName,
} from './metrics.js';
export type { LoadOptions } from './plan.js';
export { renderHtml } from './render-html.js';
export { progressLine, renderLoad, renderProgress, type TextStyle } from './render-text.js';
export { type GeneratorReport, type LoadReport, reportLoad } from './report.js';
export { encodeRun, parseRun, type RunData } from './run-file.js';
export { type RunLoadOptions, runLoad } from './run-load.js';
export { parseThreshold, readThresholds, type Threshold, type ThresholdVerdict } from './thresholds.js';
