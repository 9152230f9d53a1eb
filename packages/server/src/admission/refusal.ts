/** The response to a request that gets no WebSocket. */
export interface Refusal {
  readonly status: 400 | 401 | 404 | 426 | 431 | 503;
  /** One word, for programs. */
  readonly error: string;
  /** A sentence for the operator of the client; contains no secret. */
  readonly reason: string;
  /** Additional headers, by name. */
  readonly headers?: Readonly<Record<string, string>>;
}

const PHRASES: Readonly<Record<Refusal['status'], string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  426: 'Upgrade Required',
  431: 'Request Header Fields Too Large',
  503: 'Service Unavailable',
};

/** The body: one line of JSON. */
export function refusalBody(refusal: Refusal): string {
  return `${JSON.stringify({ error: refusal.error, reason: refusal.reason })}\n`;
}

/** The headers, by name. */
export function refusalHeaders(refusal: Refusal): Record<string, string> {
  return {
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(refusalBody(refusal))),
    Connection: 'close',
    ...refusal.headers,
  };
}

/** The head of the response, as on the wire. */
export function refusalHead(refusal: Refusal): string {
  const lines = Object.entries(refusalHeaders(refusal)).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${refusal.status} ${PHRASES[refusal.status]}\r\n${lines.join('')}\r\n`;
}
