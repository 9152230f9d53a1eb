import { checkArgument, messageOf, quote } from '@hookline/runtime';
import type { ClauseId } from '../clauses/index.js';
import { handshakeFault } from './handshake-fault.js';
import { messageOfBody, withoutSecrets } from './refusal-body.js';
import { opensslReason, tlsFault } from './tls-fault.js';

/** Why no connection was made, in words. */
export interface DialFault {
  readonly kind:
    | 'dns'
    | 'refused'
    | 'no-resources'
    | 'tls'
    | 'bad-upgrade'
    | 'redirect'
    | 'unauthorized'
    | 'http-status';
  /** What happened instead of a connection, and what to check. */
  readonly text: string;
  /** The rule of this protocol that the server broke, if any. */
  readonly clause?: ClauseId;
}

const DNS = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME', 'ENODATA']);
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EHOSTDOWN',
  'EACCES',
  'EPERM',
]);
/** Shortages of this machine, with their cures. None of them says anything about the bot. */
const SHORTAGES: ReadonlyMap<string | undefined, string> = new Map([
  [
    'EMFILE',
    'this process has too many open files: raise its limit (ulimit -n), or make fewer calls at once',
  ],
  ['ENFILE', 'this machine has too many open files: raise its limit, or make fewer calls at once'],
  ['ENOBUFS', 'this machine has no memory for another socket: make fewer calls at once'],
  ['ENOMEM', 'this machine has no memory for another socket: make fewer calls at once'],
]);
const CERTIFICATE =
  /^(?:ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|EPROTO)/;

/**
 * Describes an error of the socket, TLS, the HTTP parser or the WebSocket handshake.
 *
 * @param url - the dialled URL
 * @param secured - whether the TLS handshake, if any, was complete
 * @param responseHead - the head of the response, if there was one
 * @throws HooklineError `PROTOCOL_BAD_ARGUMENT` for a URL that is not a string
 */
export function dialFault(error: unknown, url: string, secured: boolean, responseHead = ''): DialFault {
  checkArgument('PROTOCOL_BAD_ARGUMENT', 'dialFault: url', url, 'text');
  const { host, protocol } = new URL(url);
  const code = codeOf(error);
  const reason = opensslReason(code, error);
  const detail = code === undefined ? messageOf(error) : reason === undefined ? code : `${code}: ${reason}`;
  const fail = (kind: DialFault['kind'], text: string, clause?: ClauseId): DialFault => ({
    kind,
    text: `${text} (${detail})`,
    ...(clause === undefined ? {} : { clause }),
  });
  if (code !== undefined && DNS.has(code)) {
    return fail('dns', `the name ${host} cannot be resolved; check the host of the Base Connection URI`);
  }
  const shortage = SHORTAGES.get(code);
  if (shortage !== undefined) {
    return fail('no-resources', `no connection to ${host}, because ${shortage}`);
  }
  if (code === 'EADDRNOTAVAIL') {
    return fail(
      'refused',
      `no connection to ${host}: this machine has no address from which it can be reached, or, with thousands of calls, no free port`,
    );
  }
  if (code !== undefined && UNREACHABLE.has(code)) {
    return fail('refused', `no connection to ${host}; check that the bot is running and reachable there`);
  }
  if (protocol === 'wss:' && isPlainAnswer(code, messageOf(error))) {
    return fail(
      'tls',
      `${host} does not speak TLS on this port; use ws:// where that is allowed, or put TLS in front of the bot`,
    );
  }
  if (code !== undefined && CERTIFICATE.test(code)) {
    return fail('tls', `${host} ${tlsFault(code, reason)}`);
  }
  if (protocol === 'wss:' && !secured) {
    return fail(
      'tls',
      `${host} ended the connection during the TLS handshake; is it a TLS endpoint? If not, use ws:// or put TLS in front of the bot`,
    );
  }
  if (protocol === 'ws:' && isTlsRecord(error)) {
    return fail('bad-upgrade', `${host} speaks TLS on this port; use wss:// instead of ws://`);
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return fail('bad-upgrade', `${host} answered with headers that exceed the maximum size`);
  }
  if (code?.startsWith('HPE_')) {
    return fail('bad-upgrade', `${host} sent a response that is not HTTP`);
  }
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED') {
    const tls = protocol === 'ws:' ? '; if it is a TLS endpoint, use wss://' : '';
    return fail('bad-upgrade', `${host} ended the connection before it answered the handshake${tls}`);
  }
  const { clause, text } = handshakeFault(messageOf(error), responseHead);
  return fail('bad-upgrade', `${host} ${text}`, clause);
}

/**
 * Describes an HTTP answer other than 101.
 *
 * @throws HooklineError `PROTOCOL_BAD_ARGUMENT` for arguments of other types
 */
export function statusFault(
  url: string,
  status: number,
  location: string | undefined,
  body: string,
): DialFault {
  checkArgument('PROTOCOL_BAD_ARGUMENT', 'statusFault: url', url, 'text');
  checkArgument('PROTOCOL_BAD_ARGUMENT', 'statusFault: body', body, 'text');
  const { host, pathname, protocol } = new URL(url);
  const said = messageOfBody(body);
  const fail = (kind: DialFault['kind'], text: string, clause?: ClauseId): DialFault => ({
    kind,
    text: `${host} answered HTTP ${status}${text}`,
    ...(clause === undefined ? {} : { clause }),
  });
  if (status === 401) return fail('unauthorized', `${said}; check API key and client secret on both sides`);
  if (status === 403) {
    return fail(
      'unauthorized',
      `${said}; check API key and client secret on both sides, and whether a firewall in front of the bot allows this address`,
    );
  }
  if (status === 101) {
    return fail(
      'bad-upgrade',
      ' without the headers Upgrade: websocket and Connection: Upgrade; check whether a proxy removes them',
    );
  }
  if (status >= 300 && status < 400 && status !== 304) {
    const target = location === undefined ? '' : ` to ${quote(withoutSecrets(location))}`;
    return fail(
      'redirect',
      `, a redirect${target}; put the final address into the Base Connection URI`,
      'AC-CONN-3',
    );
  }
  if (protocol === 'ws:' && status === 400 && /\bhttps\b|\btls\b|\bssl\b/i.test(body)) {
    return fail('http-status', `${said}; it speaks TLS on this port, so use wss:// instead of ws://`);
  }
  return fail('http-status', ` for ${pathname}${said}; ${cureOf(status)}`);
}

/** Advice for a status that neither refuses credentials nor redirects. */
function cureOf(status: number): string {
  switch (status) {
    case 304:
      return 'only a cache answers so: let none answer for the bot';
    case 407:
      return 'a proxy on the way requires credentials: set them in the agent of the dialler';
    case 404:
      return 'check the path of the Base Connection URI and the Connector ID';
    case 429:
      return 'it accepts no more calls from this client for now: retry later';
    case 502:
    case 504:
      return 'a proxy in front of the bot cannot reach it: check that the bot is running, and retry';
    case 503:
      return 'the bot is busy, starting or shutting down: retry later';
    default:
      return status >= 500
        ? 'the bot failed: check its log'
        : 'it may not be an AudioHook server: check path and Connector ID';
  }
}

/** Whether TLS failed because the other side answered with something else; the code differs between releases of Node. */
function isPlainAnswer(code: string | undefined, message: string): boolean {
  return (
    /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|RECORD_LAYER_FAILURE)$/.test(
      code ?? '',
    ) ||
    (code === 'EPROTO' &&
      /wrong.version.number|packet.length.too.long|http.request|record.layer/i.test(message))
  );
}

/** Whether the answer is a TLS alert or handshake rather than HTTP. */
function isTlsRecord(error: unknown): boolean {
  const packet: unknown = Reflect.get(Object(error), 'rawPacket');
  return packet instanceof Uint8Array && (packet[0] === 0x15 || packet[0] === 0x16) && packet[1] === 3;
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
