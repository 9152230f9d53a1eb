import type { ClauseId } from '@hookline/protocol';
import { HooklineError } from '@hookline/runtime';
import type { Cause } from '../outcome/causes.js';

/** The reasons why no connection was made. */
export type DialErrorCode =
  /** The host name cannot be resolved. */
  | 'DIAL_DNS'
  /** Nothing accepts connections at the address, or it may not be dialled. */
  | 'DIAL_REFUSED'
  /** The TLS handshake failed. */
  | 'DIAL_TLS'
  /** The upgrade was not answered in time. */
  | 'DIAL_UPGRADE_TIMEOUT'
  /** The server answered with an HTTP status other than 101. */
  | 'DIAL_HTTP_STATUS'
  /** The answer to the upgrade is not a correct WebSocket handshake. */
  | 'DIAL_BAD_UPGRADE'
  /** The server answered with a redirect. */
  | 'DIAL_REDIRECT'
  /** The server refused the credentials. */
  | 'DIAL_UNAUTHORIZED'
  /** The URL cannot be dialled. */
  | 'DIAL_INVALID_ACTION'
  /** This machine cannot open another connection: it has no file descriptor or no memory for one. */
  | 'DIAL_NO_RESOURCES';

/** The cause of the failure path for each code. */
export const DIAL_CAUSES: Readonly<Record<DialErrorCode, Cause>> = {
  DIAL_DNS: 'dns',
  DIAL_REFUSED: 'refused',
  DIAL_TLS: 'tls',
  DIAL_UPGRADE_TIMEOUT: 'upgrade-timeout',
  DIAL_HTTP_STATUS: 'http-status',
  DIAL_BAD_UPGRADE: 'bad-upgrade',
  DIAL_REDIRECT: 'redirect',
  DIAL_UNAUTHORIZED: 'unauthorized',
  DIAL_INVALID_ACTION: 'invalid-action',
  DIAL_NO_RESOURCES: 'internal',
};

/** Facts about a connection that was not made. */
export interface DialErrorOptions {
  /** The HTTP status, if there was a response. */
  readonly status?: number;
  /** The head of the request, if it was sent. */
  readonly requestHead?: string;
  /** The head of the response, if there was one. */
  readonly responseHead?: string;
  /** The rule of the protocol that the server broke, if any. */
  readonly clause?: ClauseId;
  /** The underlying error. */
  readonly cause?: unknown;
}

/** A connection that could not be made. */
export class DialError extends HooklineError<DialErrorCode> {
  static override get name(): string {
    return 'DialError';
  }

  readonly status?: number;
  readonly requestHead?: string;
  readonly responseHead?: string;
  readonly clause?: ClauseId;

  /**
   * @param code - the cause
   * @param message - what happened instead of a connection, and what to check
   */
  constructor(code: DialErrorCode, message: string, options: DialErrorOptions = {}) {
    super(code, message, 'cause' in options ? { cause: options.cause } : undefined);
    if (options.status !== undefined) this.status = options.status;
    if (options.requestHead !== undefined) this.requestHead = options.requestHead;
    if (options.responseHead !== undefined) this.responseHead = options.responseHead;
    if (options.clause !== undefined) this.clause = options.clause;
  }
}
