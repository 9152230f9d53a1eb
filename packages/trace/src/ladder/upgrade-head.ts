/** What a row shows of an upgrade request. */
export interface RequestFacts {
  /** Method and target. */
  readonly line: string;
  readonly upgrade: boolean;
  /** The value of X-API-KEY; undefined without one. */
  readonly key: string | undefined;
  readonly signed: boolean;
}

/** Reads the parts of a request head that a row shows. Accepts any text. */
export function requestFacts(head: string): RequestFacts {
  const [first = '', ...fields] = head.split(/\r?\n/);
  const values = new Map<string, string>();
  for (const field of fields) {
    const colon = field.indexOf(':');
    if (colon > 0) values.set(field.slice(0, colon).trim().toLowerCase(), field.slice(colon + 1).trim());
  }
  return {
    line: first.replace(/ HTTP\/[0-9.]+$/, ''),
    upgrade: values.has('upgrade'),
    key: values.get('x-api-key'),
    signed: values.has('signature'),
  };
}

/** The status of a response, with its reason phrase if it has one: `401 Unauthorized`. */
export function statusText(status: number, head: string): string {
  const line = /^HTTP\/[0-9.]+ +[0-9]+ ?([^\r\n]*)/.exec(head);
  if (status === 0 && !line) return 'no HTTP';
  return `${status} ${line?.[1] ?? ''}`.trimEnd();
}
