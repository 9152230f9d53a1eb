import type { Rate } from '@hookline/runtime';

/** Characters of a text frame (UTF-16 code units, as `length` counts): longer is refused by both sides. (AC-MSG-10) */
export const MAX_TEXT_CHARS = 65_535;

/** Bytes of a binary frame from the server. (AC-AUDIO-4) */
export const MAX_BOT_FRAME_BYTES = 64_000;

/** Bytes of a WebSocket message that the server takes at all; more ends the connection with 1009. */
export const SERVER_MAX_PAYLOAD_BYTES = 256 * 1024;

/**
 * Bytes of a WebSocket message that the client takes at all. More breaks AC-MSG-10 or AC-AUDIO-4 beyond what can be
 * answered with an error 413: the client ends the connection with 1009.
 */
export const CLIENT_MAX_PAYLOAD_BYTES = 1024 * 1024;

/** Bot audio that the client holds before it gives up, in milliseconds. */
export const MAX_BOT_BUFFER_MS = 10 * 60_000;

/** The kinds of server message that the platform limits, each with a bucket of its own. */
export type RateKind = 'text' | 'binary' | 'pause' | 'resume';

/**
 * How fast a server may send, per session (AC-RATE-1 to 3). Genesys's names of the figures for audio are
 * `global.inbound.binary.average.rate.per.second` and `global.inbound.binary.max`.
 */
export const PLATFORM_RATES: Readonly<Record<RateKind, Rate>> = {
  text: { perSecond: 5, burst: 25 },
  binary: { perSecond: 5, burst: 25 },
  pause: { perSecond: 2, burst: 4 },
  resume: { perSecond: 2, burst: 4 },
};

/** Text messages a second from a client beyond which a server ends the call. (AC-RATE-6) */
export const MAX_CLIENT_TEXT_PER_SECOND = 50;

/** Caller audio that may come at once, in milliseconds, however fast: what was held while the bot was not ready. (AC-AUDIO-11) */
export const CLIENT_AUDIO_CREDIT_MS = 10_000;

/** Caller audio beyond this multiple of real time on average is dropped, once `CLIENT_AUDIO_CREDIT_MS` is used up. */
export const MAX_CLIENT_AUDIO_SPEED = 2;
