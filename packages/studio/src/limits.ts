/** Maximum number of open pages; each may have a call. */
export const MAX_PAGES = 8;
/** Maximum length of a text frame from a page, in bytes; a complete form is much shorter. Longer frames are refused. */
export const MAX_PAGE_TEXT_BYTES = 64 * 1024;
/**
 * Maximum length of any frame, in bytes. A longer frame closes the socket, because it would have to be buffered to be
 * refused.
 */
export const MAX_PAGE_FRAME_BYTES = 4 * 1024 * 1024;
/** Maximum microphone audio in one frame, in milliseconds. */
export const MAX_MIC_FRAME_MS = 200;
/** Maximum number of keys in one message. */
export const MAX_KEYS = 64;
/** Bytes buffered for a slow page before refusals and lanes are dropped. At eight times as much its socket is closed. */
export const MAX_UNREAD_BYTES = 1024 * 1024;
/** Bytes buffered for a slow page before bot audio is dropped: one second of audio. */
export const MAX_UNREAD_AUDIO_BYTES = 16_000;

/** Maximum size of an uploaded trace, in bytes. */
export const MAX_TRACE_BYTES = 128 * 1024 * 1024;
/** Maximum size of an uploaded WAV file, in bytes: 15 minutes of 48 kHz mono. */
export const MAX_AUDIO_BYTES = 96 * 1024 * 1024;
/** Uploaded WAV files kept in memory; beyond this the oldest is dropped. */
export const MAX_AUDIO_FILES = 8;
/** Traces from elsewhere that are open; beyond this the oldest is closed. */
export const MAX_OPENED_TRACES = 16;
/** Calls in the history; beyond this the oldest is deleted. */
export const MAX_HISTORY = 50;
/** Rows of a call in one response. */
export const MAX_ROWS_ANSWER = 5000;
/** Peaks of a lane in one response: six and a half minutes at 20 ms each. Longer calls have longer buckets. */
export const MAX_LANE_PEAKS = 20_000;
/** Stored calls whose rows are cached in memory. */
export const MAX_READ_CALLS = 4;
/** How long `close` waits for the calls of a studio to end, in milliseconds. */
export const CLOSE_WAIT_MS = 2000;
