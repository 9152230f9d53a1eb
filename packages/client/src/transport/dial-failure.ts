import { type DialFault, dialFault, statusFault } from '@hookline/protocol';
import { DialError, type DialErrorCode, type DialErrorOptions } from './dial-error.js';

const CODES: Readonly<Record<DialFault['kind'], DialErrorCode>> = {
  dns: 'DIAL_DNS',
  refused: 'DIAL_REFUSED',
  'no-resources': 'DIAL_NO_RESOURCES',
  tls: 'DIAL_TLS',
  'bad-upgrade': 'DIAL_BAD_UPGRADE',
  redirect: 'DIAL_REDIRECT',
  unauthorized: 'DIAL_UNAUTHORIZED',
  'http-status': 'DIAL_HTTP_STATUS',
};

/**
 * Turns an error of the socket, TLS, the HTTP parser or the WebSocket handshake into a `DialError`.
 *
 * @param url - the dialled URL
 * @param secured - whether the TLS handshake, if any, was complete
 */
export function dialFailure(
  error: unknown,
  url: string,
  secured: boolean,
  facts: DialErrorOptions = {},
): DialError {
  if (error instanceof DialError) return error;
  return errorOf(dialFault(error, url, secured, facts.responseHead), { ...facts, cause: error });
}

/** Turns an HTTP answer other than 101 into a `DialError`. */
export function statusFailure(
  url: string,
  status: number,
  location: string | undefined,
  body: string,
  facts: DialErrorOptions,
): DialError {
  return errorOf(statusFault(url, status, location, body), { ...facts, status });
}

function errorOf({ kind, text, clause }: DialFault, facts: DialErrorOptions): DialError {
  return new DialError(CODES[kind], text, { ...facts, ...(clause === undefined ? {} : { clause }) });
}
