import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Transport } from '@hookline/runtime';
import type { BotStats } from './metrics/bot-stats.js';
import type { Meter } from './metrics/meter.js';

/** A request for a call without a socket. */
export interface InjectRequest {
  /** Path and query, as in a request line. */
  readonly url: string;
  /** By name in any case; the values are as on the wire. */
  readonly headers: Readonly<Record<string, string>>;
  /** One-way delay of the connection in milliseconds; default 0. */
  readonly latencyMs?: number;
}

/** The answer to an upgrade request. */
export type InjectResult =
  | {
      readonly accepted: true;
      /** The client's end of the connection. */
      readonly transport: Transport;
    }
  | {
      readonly accepted: false;
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      /** One line of JSON. */
      readonly body: string;
    };

/** Options of `listen`. */
export interface ListenOptions {
  /** The address to bind; default all interfaces. */
  readonly host?: string;
  /** Serves `wss`: key and certificate in PEM. */
  readonly tls?: { readonly key: string | Uint8Array; readonly cert: string | Uint8Array };
  /** Serves `/healthz`, `/readyz` and `/metrics` on the same port; default false. */
  readonly statusPages?: boolean;
  /** Drains at the first SIGTERM or SIGINT, for `drainMs` (default 30,000) at most; default false. */
  readonly handleSignals?: boolean | { readonly drainMs: number };
}

/** A bot that listens. */
export interface Listening {
  readonly port: number;
  /** The Base Connection URI: scheme, host, port and path. */
  readonly url: string;
  /** Stops listening and ends every call at once. Idempotent. */
  close(): Promise<void>;
}

/** A bot: its handler, and the ways in. */
export interface Bot {
  /**
   * Opens a port of its own.
   *
   * @throws HooklineError as a rejection: `SERVER_BAD_OPTION` for a port, `drainMs`, key or certificate that cannot be used;
   *   `SERVER_LISTEN_FAILED` when the port cannot be opened, or the bot is drained
   */
  listen(port: number, options?: ListenOptions): Promise<Listening>;
  /** Takes the upgrades below the bot's path from a server that serves other things too. Returns a function that detaches the bot. */
  attach(server: HttpServer | HttpsServer, options?: { readonly path?: string }): () => void;
  /** Takes one upgrade. False when its path is not the bot's: nothing was touched. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Uint8Array): boolean;
  /** Opens a call in memory: the same authentication and routing as a socket has. */
  inject(request: InjectRequest): Promise<InjectResult>;
  /**
   * Answers `GET /healthz`, `/readyz` and `/metrics`; false for any other request. For Express:
   * `app.use((req, res, next) => bot.http(req, res) || next())`.
   */
  http(request: Pick<IncomingMessage, 'method' | 'url'>, response: ServerResponse): boolean;
  /** How many calls there are, from the upgrade to the end of the connection. */
  readonly sessions: number;
  /** Whether the process does its work. */
  health(): { readonly ok: boolean };
  /** Whether new calls are taken: not while draining, nor at `maxSessions`. */
  ready(): boolean;
  /** What was counted since the bot was made. */
  stats(): BotStats;
  /** The same and more in Prometheus's text format, what was added to `meter` included. */
  metrics(): string;
  /** Where packages and bots add metrics of their own. */
  readonly meter: Meter;
  /**
   * Refuses new calls with 503, lets the live ones end by themselves for `timeoutMs` (default 30,000), then
   * disconnects each with reason `error`. Resolves when all are gone and every port is closed, one that was about to be
   * opened too. Idempotent.
   *
   * @throws HooklineError `SERVER_BAD_OPTION` as a rejection for a `timeoutMs` that is no time; nothing is drained then
   */
  drain(options?: { readonly timeoutMs?: number }): Promise<void>;
}
