import type { ClientRequest, IncomingMessage } from 'node:http';

/** Request line and headers as they are sent. */
export function requestHead(request: ClientRequest): string {
  const lines = request.getRawHeaderNames().map((name) => `${name}: ${printed(request.getHeader(name))}`);
  return [`${request.method} ${request.path} HTTP/1.1`, ...lines].join('\r\n');
}

/** Status line and headers as they were received. */
export function responseHead(response: IncomingMessage): string {
  const { rawHeaders, httpVersion, statusCode, statusMessage } = response;
  const lines = [`HTTP/${httpVersion} ${statusCode} ${statusMessage ?? ''}`.trimEnd()];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`);
  }
  return lines.join('\r\n');
}

function printed(value: number | string | readonly string[] | undefined): string {
  return typeof value === 'object' ? value.join(', ') : String(value ?? '');
}
