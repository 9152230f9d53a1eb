import type { LadderEvent } from '../ladder/row.js';
import { printJson } from '../message/print-json.js';

/** The message type of a row, or its kind if it is not a message. */
export function typeOf(row: LadderEvent): string {
  if (row.kind === 'message') return row.type ?? 'message';
  return row.kind === 'unknown' ? row.of : row.kind;
}

/** All text of a row that a filter searches. */
export function textOf(row: LadderEvent): string {
  switch (row.kind) {
    case 'request':
    case 'response':
      return row.head;
    case 'message':
      return row.text;
    case 'violation':
      return `${row.clause} ${row.text}`;
    case 'end':
      return `${row.code} ${row.reason}`;
    case 'unknown':
      return printJson(row.row);
    case 'audio':
    case 'playback':
      return row.kind;
  }
}
