/** Pages that may be open at once: each may have a call. */
export const MAX_PAGES = 8;
/** The longest text that a page may send: a form with all its inputs, and more. Longer ones are refused. */
export const MAX_PAGE_TEXT_BYTES = 64 * 1024;
/** The longest frame that is read at all: what is longer ends the socket, since it would have to be kept to be refused. */
export const MAX_PAGE_FRAME_BYTES = 4 * 1024 * 1024;
/** Microphone audio in one frame, in milliseconds. */
export const MAX_MIC_FRAME_MS = 200;
/** Keys in one message. */
export const MAX_KEYS = 64;
/** Text that may wait for a page that does not read. Then refusals are left out, and at eight times as much the page is let go. */
export const MAX_UNREAD_BYTES = 1024 * 1024;
/** Bot audio that may wait for a page that does not read, in bytes: a second. Then it is left out. */
export const MAX_UNREAD_AUDIO_BYTES = 16_000;

/** The largest trace that may be uploaded. */
export const MAX_TRACE_BYTES = 128 * 1024 * 1024;
/** The largest WAV file that may be uploaded: 15 minutes of 48 kHz mono. */
export const MAX_AUDIO_BYTES = 96 * 1024 * 1024;
/** WAV files that are kept for callers; the oldest goes. */
export const MAX_AUDIO_FILES = 8;
/** Traces of elsewhere that are open; the oldest goes. */
export const MAX_OPENED_TRACES = 16;
/** Calls in the history; the oldest is deleted. */
export const MAX_HISTORY = 50;
/** Rows of a call in one answer. */
export const MAX_ROWS_ANSWER = 5000;
/** Peaks of a lane in one answer: six and a half minutes at 20 ms each; longer calls have longer buckets. */
export const MAX_LANE_PEAKS = 20_000;
/** Kept calls whose rows stay in memory. */
export const MAX_READ_CALLS = 4;
/** How long the calls of a studio that closes may take to end, in milliseconds. */
export const CLOSE_WAIT_MS = 2000;
