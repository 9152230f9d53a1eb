import type { CallResult } from '@hookline/client';
import { PromiseTracker } from './promise-tracker.js';

/** What the caller did, and the results. Times are virtual, in milliseconds since dialling. */
export class CallerRecord {
  readonly promises = new PromiseTracker();
  holds = 0;
  hangupAtMs: number | undefined;
  abortAtMs: number | undefined;
  sourceFailedAtMs: number | undefined;
  result: CallResult | undefined;
  resultAtMs: number | undefined;
  /** The result as JSON when it arrived; it must not change afterwards. */
  resultText = '';
  closedAtMs: number | undefined;
  /** Bytes of µ-law that the caller heard, by mark. */
  readonly heard = new Map<number, number>();

  /** Adds audio that the client reported as heard. */
  recordHeard(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const mark = bytes[at] ?? 0;
      let end = at + 1;
      while (end < bytes.length && bytes[end] === mark) end += 1;
      this.heard.set(mark, (this.heard.get(mark) ?? 0) + end - at);
      at = end;
    }
  }
}
