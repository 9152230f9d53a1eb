export type { Clock } from '@hookline/runtime';
export { RealtimeError, type RealtimeErrorCode } from './error.js';
export { RealtimeFailure } from './failure.js';
export type {
  MetricLabels,
  MetricsSink,
  RealtimeCounter,
  RealtimeMeasure,
  RealtimeStats,
} from './metrics.js';
export type {
  AudioGreeting,
  InterruptionOptions,
  RealtimeLimits,
  RealtimeOptions,
  SpokenTurn,
} from './options.js';
export { prepareRealtime } from './prepare.js';
export { realtime, startRealtime } from './realtime.js';
export { type AudioShape, PCMU_8K } from './service/audio-shape.js';
export type {
  HistoryItem,
  RealtimeService,
  ServiceAbilities,
  ServiceHost,
  ServiceLink,
  ServiceProblem,
  ServiceUsage,
  SessionStart,
  ToolDeclaration,
} from './service/service.js';
export type { Heard } from './session/heard.js';
export type {
  InterruptedBy,
  RealtimeEvents,
  RealtimeSession,
  RealtimeState,
  ToolOutcome,
} from './session.js';
export { type EndCallOptions, endCall, type TransferOptions, transfer } from './tools/call-tools.js';
export {
  type ArgumentsOf,
  type JsonSchema,
  type OutputsBag,
  type StandardSchema,
  type Tool,
  type ToolContext,
  type ToolParameters,
  tool,
} from './tools/tool.js';
