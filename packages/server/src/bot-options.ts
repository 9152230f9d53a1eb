import type { WireSink } from '@hookline/protocol';
import type { Clock, Logger } from '@hookline/runtime';
import type { Auth, NonceStore } from './auth/auth-options.js';
import type { CallFacts } from './call/call.js';
import type { UpgradeRequest } from './upgrade-request.js';

/** How long the server waits for what, in milliseconds, above 0 and at most 2^31 - 1. */
export interface BotTimers {
  /**
   * From the connection to the end of the request head; default 10,000. Whole milliseconds. With TLS its handshake has
   * as long for itself.
   */
  readonly upgradeHeadersMs: number;
  /** For `auth` and `nonces` together to answer; past it the request is refused with 503. Default 1,000. */
  readonly authMs: number;
  /** From the upgrade to `open`; default 10,000. */
  readonly openMs: number;
  /** Without anything received; default 20,000. */
  readonly silenceMs: number;
  /**
   * In which the bot neither plays nor collects digits nor sends anything: a handler that hangs would leave the caller
   * in silence. Ends the call on the failure path. Default `Infinity`: a bot may listen for as long as it likes.
   */
  readonly idleMs: number;
  /** From `disconnect` to `close`; default 5,000. */
  readonly closeMs: number;
  /** From `closed` to the end of the connection; default 5,000. */
  readonly socketMs: number;
}

/** How much the server takes. Whole numbers, but for `maxAudioSpeed` and `maxTapMs`. */
export interface BotLimits {
  /** Calls at a time; more are refused with 503. Default 10,000. */
  readonly maxSessions: number;
  /** Calls at a time of one API key that was checked; more are refused with 503. Default 10,000. */
  readonly maxSessionsPerKey: number;
  /**
   * Upgrades being authenticated at a time; more are refused with 503. So many peers at most are told `unauthorized` by
   * `disconnect` at a time; more are told by 401. Default 1,000.
   */
  readonly maxPendingUpgrades: number;
  /** Bytes of a WebSocket message; more ends the connection with 1009. Default 262,144. */
  readonly maxPayloadBytes: number;
  /** Text messages a second of one client; more ends its call. Default 50. */
  readonly maxTextPerSecond: number;
  /**
   * Caller audio beyond this multiple of real time on average is dropped, once a credit of 10 s is used up: what was held
   * back during a stall, or until `opened`, comes faster. Default 2.
   */
  readonly maxAudioSpeed: number;
  /** Bytes waiting to be sent to one client; more ends its call. Default 1 MiB. */
  readonly maxBufferedBytes: number;
  /** Caller audio that one tap of `call.audio` holds, in milliseconds, before it drops the oldest. Default 2,000. */
  readonly maxTapMs: number;
}

/** Options of `createBot`. */
export interface BotOptions {
  /** Who may connect. */
  readonly auth: Auth;
  /** The path of the Base Connection URI; what follows it is the Connector ID. Default `/`. */
  readonly path?: string;
  /**
   * How a refused request is told: HTTP 401 before the upgrade (default), or `disconnect` with reason
   * `unauthorized` after it.
   */
  readonly unauthorized?: 'http' | 'disconnect';
  /**
   * What `@authority` is checked against; default the `Host` header. Forwarding headers are never trusted by default.
   * A function that throws, or gives no text, refuses the request with 503.
   */
  readonly authority?: string | ((request: UpgradeRequest) => string);
  /** Where used nonces are kept; default in the memory of this process. */
  readonly nonces?: NonceStore;
  readonly timers?: Partial<BotTimers>;
  readonly limits?: Partial<BotLimits>;
  /** The byte order of L16; default `'le'`. */
  readonly l16ByteOrder?: 'le' | 'be';
  /** Where operators read what went wrong; default nowhere. */
  readonly logger?: Logger;
  /**
   * Told each mistake of the bot's own code that ends its call, or comes after the end: what the handler, a listener or
   * a detector threw. The log has it as well. No `CallFailure`, which is meant, and no `CallEnded`. For tests, and for
   * services that collect errors. What it throws itself becomes a process warning.
   */
  readonly onError?: (error: unknown, call: CallFacts) => void;
  /**
   * Listens on every call for the end of the caller's speech, to measure each reply; default false: only where
   * `onSpeech` or `bargeIn` listens anyway. Costs a speech detector a call.
   */
  readonly measureReplies?: boolean;
  /** The source of time; default the machine's. */
  readonly clock?: Clock;
  /**
   * Gives a sink for what happens on the wire of a call, at once, or none for that call. Not asked for a peer that is
   * refused.
   */
  readonly sink?: (call: CallFacts) => WireSink | undefined;
}
