import { messageOf } from '@hookline/runtime';
import { DialError, type DialErrorCode, type DialErrorOptions } from './dial-error.js';

const DNS = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME', 'ENODATA']);
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'ETIMEDOUT',
  'EHOSTDOWN',
  'EACCES',
  'EPERM',
]);
const CERTIFICATE =
  /^(?:ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|EPROTO)/;

/**
 * The error of a socket, of TLS, of the HTTP parser or of the WebSocket handshake as the one cause it stands for.
 *
 * @param url - what was dialled
 * @param secured - whether the TLS handshake, where there is one, was complete
 */
export function dialFailure(
  error: unknown,
  url: string,
  secured: boolean,
  facts: DialErrorOptions = {},
): DialError {
  if (error instanceof DialError) return error;
  const { host, protocol } = new URL(url);
  const code = codeOf(error);
  const fail = (cause: DialErrorCode, text: string) =>
    new DialError(cause, `${text} (${code ?? messageOf(error)})`, { ...facts, cause: error });
  if (code !== undefined && DNS.has(code)) {
    return fail('dns', `the name ${host} cannot be resolved; check the host of the Base Connection URI`);
  }
  if (code !== undefined && UNREACHABLE.has(code)) {
    return fail('refused', `no connection to ${host}; check that the bot is running and reachable there`);
  }
  if (code !== undefined && CERTIFICATE.test(code)) {
    return fail('tls', `TLS with ${host} failed; Genesys Cloud wants a certificate of a public authority`);
  }
  if (protocol === 'wss:' && !secured) {
    return fail('tls', `${host} ended the connection during the TLS handshake; is it a TLS endpoint?`);
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return fail('bad-upgrade', `${host} answered with headers larger than are taken`);
  }
  if (code?.startsWith('HPE_')) {
    return fail('bad-upgrade', `${host} answered with something that is no HTTP`);
  }
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED') {
    return fail('bad-upgrade', `${host} ended the connection before it had answered the handshake`);
  }
  return fail('bad-upgrade', `${host} answered the WebSocket handshake wrongly`);
}

/** What an HTTP answer other than 101 stands for. */
export function statusFailure(
  url: string,
  status: number,
  location: string | undefined,
  body: string,
  facts: DialErrorOptions,
): DialError {
  const { host, pathname } = new URL(url);
  const said = body === '' ? '' : `; it says ${JSON.stringify(body)}`;
  const options = { ...facts, status };
  if (status === 401 || status === 403) {
    return new DialError(
      'unauthorized',
      `${host} answered HTTP ${status}${said}; check API key and client secret on both sides`,
      options,
    );
  }
  if (status === 101) {
    return new DialError(
      'bad-upgrade',
      `${host} answered HTTP 101 without the headers Upgrade: websocket and Connection: Upgrade; look for a proxy in between that drops them`,
      options,
    );
  }
  if (status >= 300 && status < 400) {
    const target = location === undefined ? '' : ` to ${JSON.stringify(location)}`;
    return new DialError(
      'redirect',
      `${host} answered HTTP ${status}, a redirect${target}; put the final address into the Base Connection URI`,
      options,
    );
  }
  return new DialError(
    'http-status',
    `${host} answered HTTP ${status} for ${pathname}${said}; check path and Connector ID`,
    options,
  );
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
