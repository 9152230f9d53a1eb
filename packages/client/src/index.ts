export type { RateKind, UriJoin, WireEvent, WireSink } from '@hookline/protocol';
export {
  type Clock,
  HooklineError,
  isHooklineError,
  type Logger,
  type Rate,
  type Transport,
} from '@hookline/runtime';
export { callAudioConnector } from './action/audio-connector-call.js';
export {
  type Call,
  type CallEvents,
  type CallProgress,
  DEFAULT_KEY_GAP_MS,
  type DtmfOptions,
} from './action/call.js';
export { defineIntegration, type Integration } from './action/integration.js';
export {
  type CallAudioConnectorOptions,
  type ConversationOptions,
  type Expression,
  FLOW_TYPES,
  type FlowType,
  type Inputs,
  type IntegrationOptions,
  type ProbeOptions,
} from './action/options.js';
export type { ProbeProblem, ProbeReport } from './action/probe-report.js';
export type {
  BotTurn,
  CallReport,
  CallResult,
  CallTimings,
  CallWarning,
  DisconnectedResult,
  FailureOutputs,
  FailureResult,
  PlaybackTiming,
  SuccessResult,
} from './action/result.js';
export type { ArgumentError } from './argument-error.js';
export type { Faults } from './faults/faults.js';
export type { CallerSource } from './media/caller-source.js';
export {
  dtmfToneCaller,
  type NoiseOptions,
  noiseCaller,
  silenceCaller,
  type ToneOptions,
  toneCaller,
  wavCaller,
} from './media/callers.js';
export { type LiveCaller, type LiveCallerOptions, liveCaller } from './media/live-caller.js';
export type { SendLateness } from './media/send-lateness.js';
export { inTurn, withGain, withNoise } from './media/transforms.js';
export {
  CAUSES,
  type Cause,
  type CauseEntry,
  ERROR_TYPES,
  type ErrorType,
  type KnownErrorType,
} from './outcome/causes.js';
export type { BotFrame } from './playback/bot-audio.js';
export { type BotSilence, watchBotSilence } from './script/bot-silence.js';
export {
  type CallEvent,
  type CallEventName,
  type EventLog,
  type NextEventOptions,
  recordEvents,
} from './script/event-log.js';
export { hangUpWhenIdle } from './script/idle-hangup.js';
export { atMoment, type Moment } from './script/moment.js';
export { DEFAULT_TURN_GAP_MS, type SayInTurnOptions, sayInTurn } from './script/say-in-turn.js';
export type { ClientTimers, LateOpened, MediaOptions, OnBreach, RateLimits } from './session/options.js';
export type { DisconnectFact } from './session/session-listener.js';
export { type UpgradeIdentity, upgradeHeaders } from './session/upgrade-headers.js';
export { type SignatureStyle, USER_AGENT, type WireStyle } from './session/wire-style.js';
export type { Dial, Dialled, DialRequest, TlsOptions } from './transport/dial.js';
export { DialError, type DialErrorCode, type DialErrorOptions } from './transport/dial-error.js';
export { type HostedDialOptions, hostedDial } from './transport/hosted-dial.js';
export { createWsDial, type WsDialOptions, wsDial } from './transport/ws-dial.js';
