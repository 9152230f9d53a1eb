/** The default timers of a client, in milliseconds. Options of the client override them. */
export const CLIENT_TIMERS = {
  /** From dialling to the end of the WebSocket handshake. */
  upgradeMs: 5000,
  /** From `open` to `opened`. */
  openedMs: 5000,
  /** From `opened` to the first ping. */
  firstPingMs: 1000,
  /** Between pings; also the time limit for a pong. */
  pingIntervalMs: 5000,
  /** From `close` to `closed`. */
  closedMs: 10_000,
  /** From `close` to `closed` if the server did not answer a ping. */
  closedAfterPongTimeoutMs: 3000,
  /** From `opened` to the end of the call. */
  maxDurationMs: 15 * 60_000,
} as const;

/** The default timers of a server, in milliseconds. Options of the server override them. */
export const SERVER_TIMERS = {
  /** From the connection to the end of the request head. */
  upgradeHeadersMs: 10_000,
  /** From the upgrade to `open`. */
  openMs: 10_000,
  /** From the last received frame to the end of the session. */
  silenceMs: 20_000,
  /** From `disconnect` to `close`. */
  closeMs: 5000,
  /** From `closed` to the end of the connection. */
  socketMs: 5000,
} as const;

/** Default length of a frame of caller audio in milliseconds, and the range of the option. */
export const FRAME_MS = 200;
export const MIN_FRAME_MS = 10;
export const MAX_FRAME_MS = 1000;
