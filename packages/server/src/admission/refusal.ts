/** Of each status: the word of the body, for programs, and the phrase of the head. */
const STATUSES = {
  400: { error: 'bad-request', phrase: 'Bad Request' },
  401: { error: 'unauthorized', phrase: 'Unauthorized' },
  404: { error: 'not-found', phrase: 'Not Found' },
  426: { error: 'upgrade-required', phrase: 'Upgrade Required' },
  431: { error: 'headers-too-large', phrase: 'Request Header Fields Too Large' },
  503: { error: 'unavailable', phrase: 'Service Unavailable' },
} as const;

/** The response to a request that gets no WebSocket. */
export interface Refusal {
  readonly status: keyof typeof STATUSES;
  /** A sentence for the operator of the client; contains no secret. */
  readonly reason: string;
  /** Additional headers, by name. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** One word, for programs. */
export function refusalError({ status }: Refusal): string {
  return STATUSES[status].error;
}

/** The body: one line of JSON. */
export function refusalBody(refusal: Refusal): string {
  return `${JSON.stringify({ error: refusalError(refusal), reason: refusal.reason })}\n`;
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
  return `HTTP/1.1 ${refusal.status} ${STATUSES[refusal.status].phrase}\r\n${lines.join('')}\r\n`;
}
