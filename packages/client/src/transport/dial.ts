import type { Transport } from '@hookline/runtime';

/** How the server's certificate is checked. */
export interface TlsOptions {
  /** Certificates of authorities to trust instead of the well-known ones, PEM. */
  readonly ca?: string | Uint8Array | readonly (string | Uint8Array)[];
  /** Accepts any certificate. Nothing else is relaxed. Default false. */
  readonly insecure?: boolean;
}

/** What dialling waits for: the connection, TLS, or the answer to the upgrade. */
export type DialStep = 'connection' | 'tls' | 'answer';

/** A connection to make. */
export interface DialRequest {
  /** `ws:` or `wss:`, without a fragment. */
  readonly url: string;
  /** Headers to send besides those of the WebSocket handshake itself. */
  readonly headers: Readonly<Record<string, string>>;
  /** How long the whole handshake may take. The session enforces this deadline: it aborts `signal`. */
  readonly timeoutMs: number;
  /** Aborted when the connection is no longer needed: at the deadline, or because the caller hung up. */
  readonly signal: AbortSignal;
  /**
   * Called with each step that the dialling waits for, so that a timeout error can name it. A `Dial` need not call it.
   */
  readonly onStep?: (step: DialStep) => void;
  /**
   * Called with the request line and headers once they are sent, so that they are reported while the answer is awaited. A
   * `Dial` need not call it.
   */
  readonly onRequest?: (requestHead: string) => void;
  readonly tls?: TlsOptions;
}

/** A connection that was made. */
export interface Dialled {
  readonly transport: Transport;
  /** Request line and headers as sent. */
  readonly requestHead: string;
  /** Status line and headers as received. */
  readonly responseHead: string;
  readonly status: 101;
}

/**
 * Makes a WebSocket connection. Rejects with a `DialError`; any other rejection counts as a
 * fault of the dialler itself.
 */
export type Dial = (request: DialRequest) => Promise<Dialled>;
