import type { WireEvent } from '@hookline/protocol';
import { type JsonValue, jsonObject } from '../diff/json.js';
import type { TraceRow } from '../format/row.js';
import { MASK, maskMessage, maskResult } from './mask-json.js';

/** What is masked beside credentials, as the header of a trace lists it. */
export const PII_REDACTIONS: readonly string[] = [
  'numbers and names of the caller and the called',
  'values of input and output variables, and of customConfig',
  'texts of turns, of info and of errors, and whatever the protocol does not define',
  'digits (each stands as *)',
  'query values of URLs',
  'audio',
];

/** Shorter values are too likely to be part of an innocent word. */
const SOUGHT_FROM_CHARS = 4;

/** Masks what was said and by whom, in the rows of one call, in order. */
export interface PiiMask {
  /** A row or event without what tells of a person. */
  row<R extends WireEvent | TraceRow>(row: R): R;
  /** A URL or a request target without its query values. */
  url(url: string): string;
  /** What `result.json` is to hold. */
  result(value: unknown): JsonValue;
}

/** Starts with nothing learned: a value that was masked once is masked wherever it comes again. */
export function createPiiMask(): PiiMask {
  const known = new Set<string>();
  const found = (value: string) => {
    if (value.length >= SOUGHT_FROM_CHARS) known.add(value);
  };
  const text = (said: string) => {
    let masked = said.replace(/"(?:[^"\\]|\\.)*"/g, `"${MASK}"`);
    for (const value of [...known].sort((a, b) => b.length - a.length))
      masked = masked.replaceAll(value, MASK);
    return masked;
  };
  const url = (target: string) => target.replace(/([?&][^=&\s"]*=)[^&\s"]+/g, `$1${MASK}`);

  const row = <R extends WireEvent | TraceRow>(event: R): R => {
    switch (event.kind) {
      case 'request':
      case 'response':
        return { ...event, head: url(event.head) };
      case 'message': {
        const message = jsonObject(event.text);
        return { ...event, text: message ? JSON.stringify(maskMessage(message, found)) : MASK };
      }
      case 'violation':
        return { ...event, text: text(event.text) };
      case 'end':
        return { ...event, reason: text(event.reason) };
      case 'unknown':
        return { ...event, row: { kind: event.of, t: event.t } };
      default:
        return event;
    }
  };
  return {
    row,
    url,
    result: (value) => maskResult(jsonObject(JSON.stringify({ value }))?.['value'] ?? null, found, text),
  };
}
