import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Transport } from '@hookline/runtime';
import type { BotStats } from './metrics/bot-stats.js';
import type { Meter } from './metrics/meter.js';

/** A request for a call in memory. */
export interface InjectRequest {
  /** Path and query, as in a request line. */
  readonly url: string;
  /** By name, in any case; values as on the wire. */
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
  /** Key and certificate in PEM, to serve `wss`. */
  readonly tls?: { readonly key: string | Uint8Array; readonly cert: string | Uint8Array };
  /** Serves `/healthz`, `/readyz` and `/metrics` on the same port; default false. */
  readonly statusPages?: boolean;
  /**
   * Whether to drain at the first SIGTERM or SIGINT, for at most `drainMs` (default 30,000) as `timeoutMs` of `drain`;
   * default false.
   */
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

/** A bot: its handler, and the methods that accept calls. */
export interface Bot {
  /**
   * Opens a port.
   *
   * @throws HooklineError as a rejection: `SERVER_BAD_OPTION` for an invalid port, `drainMs`, key or certificate;
   *   `SERVER_LISTEN_FAILED` if the port cannot be opened, or the bot is drained
   */
  listen(port: number, options?: ListenOptions): Promise<Listening>;
  /** Handles the upgrades below the bot's path on an existing server. Returns a function that detaches the bot. */
  attach(server: HttpServer | HttpsServer, options?: { readonly path?: string }): () => void;
  /**
   * Handles one upgrade to WebSocket. Returns false and leaves it untouched if its path is not the bot's or it asks for
   * another protocol: then answer it or destroy the socket.
   */
  upgrade(request: IncomingMessage, socket: Duplex, head: Uint8Array): boolean;
  /** Opens a call in memory, with the same authentication and routing as over a socket. */
  inject(request: InjectRequest): Promise<InjectResult>;
  /**
   * Answers `GET /healthz`, `/readyz` and `/metrics`; false for any other request. For Express:
   * `app.use((req, res, next) => bot.http(req, res) || next())`.
   */
  http(request: Pick<IncomingMessage, 'method' | 'url'>, response: ServerResponse): boolean;
  /** The number of calls, from the upgrade to the end of the connection. */
  readonly sessions: number;
  /** Whether the process works. */
  health(): { readonly ok: boolean };
  /** Whether new calls are accepted: not while draining, nor at `maxSessions`. */
  ready(): boolean;
  /** The counts since the bot was created, with those of the running calls. */
  stats(): BotStats;
  /** All metrics in the text format of Prometheus, including those added to `meter`. */
  metrics(): string;
  /** Adds metrics of packages and bots. */
  readonly meter: Meter;
  /**
   * Refuses new calls with 503, and ends within `timeoutMs` (default 30,000): live calls may end by themselves until 2 s
   * before, or until half of it if that is later, and are then disconnected with reason `error`. Resolves when all calls
   * have ended and every port is closed, including one that was being opened. Idempotent.
   *
   * @throws HooklineError `SERVER_BAD_OPTION` as a rejection for an invalid `timeoutMs`; nothing is drained then
   */
  drain(options?: { readonly timeoutMs?: number }): Promise<void>;
}
