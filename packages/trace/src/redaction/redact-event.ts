import type { WireEvent } from '@hookline/protocol';
import type { TraceRow } from '../format/row.js';
import type { Redactor } from './redactor.js';

/** What may hold credentials: everything that is not audio. */
export type Redactable = Exclude<WireEvent | TraceRow, { kind: 'audio' | 'unknown' }>;

/** An event with its credentials masked. */
export function redactEvent<E extends Redactable>(redactor: Redactor, event: E): E {
  switch (event.kind) {
    case 'request':
    case 'response':
      return { ...event, head: redactor.head(event.head) };
    case 'message':
    case 'violation':
      return { ...event, text: redactor.text(event.text) };
    case 'end':
      return { ...event, reason: redactor.text(event.reason) };
    case 'playback':
      return event;
  }
}
