import type { CallResult } from '@hookline/client';
import { PromiseLedger } from './promise-ledger.js';

/** What the caller did and what came of it. Times are those of the world; dialling is at 0. */
export class CallerRecord {
  readonly promises = new PromiseLedger();
  holds = 0;
  hangupAtMs: number | undefined;
  abortAtMs: number | undefined;
  sourceFailedAtMs: number | undefined;
  result: CallResult | undefined;
  resultAtMs: number | undefined;
  /** The result as text when it came: it must not change afterwards. */
  resultText = '';
  closedAtMs: number | undefined;
  /** Bytes of µ-law that the caller heard, by their mark. */
  readonly heard = new Map<number, number>();

  /** What the sink of the call is told as heard. */
  hear(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const mark = bytes[at] ?? 0;
      let end = at + 1;
      while (end < bytes.length && bytes[end] === mark) end += 1;
      this.heard.set(mark, (this.heard.get(mark) ?? 0) + end - at);
      at = end;
    }
  }
}
