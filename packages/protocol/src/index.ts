export type { Rate } from '@hookline/runtime';
export {
  type AcknowledgementFault,
  Acknowledgements,
  acknowledgementFaultText,
  STALE_ACKNOWLEDGEMENT_MS,
} from './acknowledgements.js';
export { type Clause, type ClauseId, clause, clauses } from './clauses/index.js';
export { type DialFault, dialFault, statusFault } from './connection-faults/dial-fault.js';
export { messageOfBody, withoutSecrets } from './connection-faults/refusal-body.js';
export {
  REFUSED_FRAME_CLAUSES,
  type RefusedFrame,
  refusalCode,
  refusedFrame,
} from './connection-faults/refused-frame.js';
export { joinConnectionUri, type UriJoin } from './connection-uri.js';
export {
  type Decoded,
  type DecodeFault,
  type DecodeOptions,
  decodeClientMessage,
  decodeServerMessage,
} from './decode.js';
export { durationFromSamples } from './duration.js';
export { encodeClientMessage, encodeServerMessage } from './encode.js';
export { PROTOCOL_VERSION } from './envelope.js';
export type { ProtocolError, ProtocolErrorCode } from './error.js';
export { guardedSink } from './guarded-sink.js';
export {
  CLIENT_LEGALITY,
  CLIENT_STATES,
  type ClientInput,
  type ClientStateName,
  clientVerdict,
  SERVER_LEGALITY,
  SERVER_STATES,
  type ServerInput,
  type ServerStateName,
  serverVerdict,
  type Verdict,
} from './legality.js';
export * from './light.js';
export {
  CLIENT_AUDIO_CREDIT_MS,
  CLIENT_MAX_PAYLOAD_BYTES,
  MAX_BOT_BUFFER_MS,
  MAX_BOT_FRAME_BYTES,
  MAX_CLIENT_AUDIO_SPEED,
  MAX_CLIENT_TEXT_PER_SECOND,
  MAX_TEXT_CHARS,
  PLATFORM_RATES,
  type RateKind,
  SERVER_MAX_PAYLOAD_BYTES,
} from './limits.js';
export { CloseReason, DisconnectReason } from './messages/close.js';
export { DTMF_DIGITS, type DtmfDigit, isDtmfDigit } from './messages/dtmf.js';
export { Duration } from './messages/duration.js';
export { ERROR_CODES, type ErrorCode } from './messages/error.js';
export {
  BotTurnResponse,
  DISPOSITIONS,
  Disposition,
  EventEntity,
  type ReadEntity,
  readEntity,
} from './messages/event.js';
export {
  type ClientMessage,
  type ClientMessageOf,
  type ClientMessageType,
  type ClientParameters,
  clientMessages,
  type ServerMessage,
  type ServerMessageOf,
  type ServerMessageType,
  type ServerParameters,
  serverMessages,
} from './messages/index.js';
export { MediaOffer, MediaParameter } from './messages/media.js';
export { isProbe } from './messages/open.js';
export { isLanguageTag, isUuid, NULL_UUID } from './primitives.js';
export { Sequence } from './sequence.js';
export { CLIENT_TIMERS, FRAME_MS, MAX_FRAME_MS, MIN_FRAME_MS, SERVER_TIMERS } from './timers.js';
export { unknownFields } from './unknown-fields.js';
export { describe, describeName, type Mismatch, type Validator, validator } from './validator.js';
