export type { UtteranceEvent } from '@hookline/audio';
export type { WireSink } from '@hookline/protocol';
export { type Clock, HooklineError, isHooklineError, type Logger } from '@hookline/runtime';
export type { CallerAudio, CallerOptions } from './audio/caller-audio.js';
export type {
  Auth,
  ClientSecret,
  KeyEntry,
  KeyResolver,
  NonceStore,
  UpgradeRequest,
} from './auth/auth-options.js';
export type { Bot, InjectRequest, InjectResult, Listening, ListenOptions } from './bot.js';
export type { BotLimits, BotTimers } from './bot-limits.js';
export type { BotOptions } from './bot-options.js';
export type {
  AtPosition,
  AudioGap,
  AudioListener,
  Call,
  CallEvents,
  CallHandler,
  EndOptions,
  FailOptions,
  Outputs,
} from './call/call.js';
export { CallFailure, type CallFailureOptions } from './call/call-failure.js';
export type { OpenFacts, Prepare } from './call/preparation.js';
export type { StandardIssue, StandardResult, StandardSchema } from './call/standard-schema.js';
export type { SayOptions, Synthesize, Turn } from './call/turn.js';
export type { InputsOf, OutputsOf, VariableSchema, VariableSchemas } from './call/variable-schemas.js';
export { createBot } from './create-bot.js';
export type { CollectDigitsOptions, CollectedDigits } from './dtmf/digit-collector.js';
export type { CallErrorCode, ServerError, ServerErrorCode } from './error.js';
export type { BotStats } from './metrics/bot-stats.js';
export type { Diagnostics, PlaybackReport, TurnReport } from './metrics/diagnostics.js';
export type {
  Counter,
  Gauge,
  HistogramOptions,
  LabelValues,
  Measure,
  Meter,
  MetricOptions,
} from './metrics/meter.js';
export type {
  HeardPart,
  Playback,
  PlaybackResult,
  PlayOptions,
  StoppedPlayback,
} from './playback/playback.js';
export type { PlaybackStream, StreamOptions, WriteOptions } from './playback/stream.js';
export { createRouter, type Router } from './routing/router.js';
export { CallEnded, type EndReason } from './session/call-ended.js';
export type { CallFacts } from './session/call-facts.js';
export type { CallStats } from './session/call-stats.js';
export {
  type AudioSource,
  type Pcm16Source,
  pcm16,
  type RawAudio,
  type SequenceSource,
  sequence,
  type WavSource,
  wav,
} from './source/source.js';
export type { OnSpeechOptions, SpeechDetector, SpeechListeners } from './speech/on-speech.js';
export type { Utterance, UtteranceOptions } from './speech/utterance.js';
