import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { messageOf } from '@hookline/runtime';
import { RequestError } from '../error.js';
import type { StudioContext } from '../studio-context.js';
import type { AccessControl, AccessRequest } from './access-control.js';
import { type ApiResponse, handleApi } from './api.js';
import type { StaticFile } from './static-files.js';

const SECURITY_HEADERS = {
  'Permissions-Policy': 'microphone=(self)',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

/** The page may load its own files and connect to this port. */
function contentSecurityPolicy(port: number): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ws://127.0.0.1:${port} ws://localhost:${port}`,
    "worker-src 'self'",
    "media-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Creates the HTTP server of the bridge: the built page for everyone on this machine, data for holders of the token. */
export function createHttpServer(options: {
  readonly access: () => AccessControl;
  readonly port: () => number;
  readonly page: ReadonlyMap<string, StaticFile>;
  readonly context: StudioContext;
}): Server {
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const accessRequest = toAccessRequest(request);
    const access = options.access();
    access.checkHost(accessRequest);
    const url = parseTarget(request);
    if (url.pathname.startsWith('/api/')) {
      access.checkApi(accessRequest, request.headers.authorization);
      const { method } = accessRequest;
      const body = (maxBytes: number) => readBody(request, maxBytes);
      const api = { method, path: url.pathname, query: url.searchParams, body };
      sendApiResponse(response, await handleApi(api, options.context));
      return;
    }
    // Node.js omits the body of the response to HEAD.
    const isRead = accessRequest.method === 'GET' || accessRequest.method === 'HEAD';
    const file = isRead ? options.page.get(url.pathname) : undefined;
    if (!file)
      throw new RequestError(
        404,
        'not-found',
        `Not found: ${accessRequest.method} ${url.pathname.slice(0, 100)}.`,
      );
    send(response, 200, file.type, file.bytes, {
      'Content-Security-Policy': contentSecurityPolicy(options.port()),
    });
  };
  return createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      const refused = error instanceof RequestError;
      const { status, code } = refused ? error : { status: 500, code: 'failed' };
      if (response.headersSent) response.destroy();
      // Close the connection rather than read the rest of an unread body.
      else {
        send(response, status, JSON_TYPE, JSON.stringify({ error: { code, message: messageOf(error) } }), {
          ...(request.complete ? {} : { Connection: 'close' }),
        });
      }
    });
  });
}

/** Parses the target of a request. @throws RequestError 400 */
export function parseTarget({ url = '/' }: IncomingMessage): URL {
  // Relative to a base, a path that begins with `//` would be read as a host.
  const absolute = url.startsWith('/') ? `http://127.0.0.1${url}` : url;
  if (URL.canParse(absolute)) return new URL(absolute);
  throw new RequestError(
    400,
    'bad-target',
    `The request target ${JSON.stringify(url.slice(0, 100))} is neither a path nor a URL; expected a path such as /api/calls.`,
  );
}

/** Extracts what the access control checks. */
export function toAccessRequest({ method = '', headers }: IncomingMessage): AccessRequest {
  return { method, host: headers.host, origin: headers.origin };
}

const JSON_TYPE = 'application/json; charset=utf-8';

function sendApiResponse(response: ServerResponse, answer: ApiResponse): void {
  if (answer.kind === 'json') send(response, 200, JSON_TYPE, JSON.stringify(answer.value), {});
  else {
    send(response, 200, answer.type, answer.bytes, {
      'Content-Disposition': `attachment; filename="${answer.name}"`,
    });
  }
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>>,
): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  response.writeHead(status, {
    ...SECURITY_HEADERS,
    'Content-Type': type,
    'Content-Length': bytes.length,
    ...headers,
  });
  response.end(bytes);
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = () =>
    new RequestError(413, 'too-large', `The file is larger than the limit of ${maxBytes} bytes.`);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of request) {
    length += piece.length;
    if (length > maxBytes) throw tooLarge();
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
