import type { Rate } from '@hookline/runtime';

/** The longest text frame that either side accepts, in UTF-16 code units (AC-MSG-10). */
export const MAX_TEXT_CHARS = 65_535;

/** The longest binary frame that a server may send, in bytes (AC-AUDIO-4). */
export const MAX_BOT_FRAME_BYTES = 64_000;

/** The longest WebSocket message that a server reads, in bytes. A longer one closes the connection with 1009. */
export const SERVER_MAX_PAYLOAD_BYTES = 256 * 1024;

/**
 * The longest WebSocket message that a client reads, in bytes. A longer one closes the connection with 1009; a shorter
 * one that breaks AC-MSG-10 or AC-AUDIO-4 is answered with error 413.
 */
export const CLIENT_MAX_PAYLOAD_BYTES = 1024 * 1024;

/** The most bot audio that a client buffers before it ends the call, in milliseconds. */
export const MAX_BOT_BUFFER_MS = 10 * 60_000;

/** The kinds of server frame that the platform limits, each with its own token bucket. */
export type RateKind = 'text' | 'binary' | 'pause' | 'resume';

/**
 * The rate limits of a server, per session (AC-RATE-1 to 3). Genesys's names of the figures for audio are
 * `global.inbound.binary.average.rate.per.second` and `global.inbound.binary.max`.
 */
export const PLATFORM_RATES: Readonly<Record<RateKind, Rate>> = {
  text: { perSecond: 5, burst: 25 },
  binary: { perSecond: 5, burst: 25 },
  pause: { perSecond: 2, burst: 4 },
  resume: { perSecond: 2, burst: 4 },
};

/** The most text messages per second that a server accepts from a client; more end the call (AC-RATE-6). */
export const MAX_CLIENT_TEXT_PER_SECOND = 50;

/** Caller audio that a server accepts faster than real time, in milliseconds: the backlog of a client that had to wait (AC-AUDIO-11). */
export const CLIENT_AUDIO_CREDIT_MS = 10_000;

/** Caller audio beyond this multiple of real time on average is dropped, once `CLIENT_AUDIO_CREDIT_MS` is used up. */
export const MAX_CLIENT_AUDIO_SPEED = 2;
