import type { IncomingMessage, ServerResponse } from 'node:http';

/** The state that the status pages show. */
export interface Status {
  health(): { readonly ok: boolean };
  ready(): boolean;
  metricsText(): string;
}

/**
 * Answers `GET /healthz`, `/readyz` and `/metrics`. Returns false for any other request and leaves it untouched.
 */
export function answerStatus(
  status: Status,
  request: Pick<IncomingMessage, 'method' | 'url'>,
  response: ServerResponse,
): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  switch (request.url?.split('?')[0]) {
    case '/healthz':
      send(response, 200, 'application/json', `${JSON.stringify(status.health())}\n`);
      return true;
    case '/readyz': {
      const ready = status.ready();
      send(response, ready ? 200 : 503, 'application/json', `${JSON.stringify({ ready })}\n`);
      return true;
    }
    case '/metrics':
      send(response, 200, 'text/plain; version=0.0.4; charset=utf-8', status.metricsText());
      return true;
    default:
      return false;
  }
}

function send(response: ServerResponse, code: number, type: string, body: string): void {
  response.writeHead(code, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}
