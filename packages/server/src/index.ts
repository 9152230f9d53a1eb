export type {
  Auth,
  ClientSecret,
  KeyEntry,
  KeyResolver,
  NonceStore,
} from './auth/auth-options.js';
export type { Bot, InjectRequest, InjectResult, Listening, ListenOptions } from './bot.js';
export type { BotLimits, BotOptions, BotTimers } from './bot-options.js';
export type { AudioListener, Call, CallFacts, CallHandler, EndOptions, Outputs } from './call/call.js';
export { CallEnded, type EndReason } from './call/call-ended.js';
export type { AtPosition, AudioGap, CallEvents } from './call/call-events.js';
export { CallFailure } from './call/call-failure.js';
export type { CallStats } from './call/call-stats.js';
export type { SayOptions, Synthesize } from './call/say.js';
export type { Turn } from './call/turn.js';
export { createBot } from './create-bot.js';
export type { CollectDigitsOptions, CollectedDigits } from './dtmf/collect-digits.js';
export type { ServerError, ServerErrorCode } from './error.js';
export type { BotStats } from './metrics/bot-stats.js';
export type { Diagnostics } from './metrics/diagnostics.js';
export type { Playback, PlaybackResult, PlayOptions } from './playback/playback.js';
export { createRouter, type Router } from './routing/router.js';
export type { InputsOf, OutputsOf, VariableSchema, VariableSchemas } from './routing/variable-schemas.js';
export { type Pcm16Source, pcm16 } from './source/pcm16.js';
export { type SequenceSource, sequence } from './source/sequence.js';
export type { AudioSource, RawAudio } from './source/source.js';
export { type WavSource, wav } from './source/wav.js';
export type { OnSpeechOptions, SpeechDetector, SpeechListeners } from './speech/on-speech.js';
export type { UpgradeRequest } from './upgrade-request.js';
