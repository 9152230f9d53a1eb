/** Timers of the client, in milliseconds. All are options there. */
export const CLIENT_TIMERS = {
  /** From dialling to the end of the WebSocket handshake. */
  upgradeMs: 5000,
  /** From `open` to `opened`. */
  openedMs: 5000,
  /** From `opened` to the first ping. */
  firstPingMs: 1000,
  /** Between pings, and how long a pong may take. */
  pingIntervalMs: 5000,
  /** From `close` to `closed`. */
  closedMs: 10_000,
  /** The same when the server had already failed to answer a ping. */
  closedAfterPongTimeoutMs: 3000,
  /** From `opened` to the end of the longest call. */
  maxDurationMs: 15 * 60_000,
} as const;

/** Timers of the server, in milliseconds. All are options there. */
export const SERVER_TIMERS = {
  /** From the connection to the end of the request head. */
  upgradeHeadersMs: 10_000,
  /** From the upgrade to `open`. */
  openMs: 10_000,
  /** Without anything received. */
  silenceMs: 20_000,
  /** From `disconnect` to `close`. */
  closeMs: 5000,
  /** From `closed` to the end of the connection. */
  socketMs: 5000,
} as const;

/** Caller audio in one frame, in milliseconds, and the range of the option. */
export const FRAME_MS = 200;
export const MIN_FRAME_MS = 10;
export const MAX_FRAME_MS = 1000;
