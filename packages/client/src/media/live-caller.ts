import { HooklineError } from '@hookline/runtime';

/** A caller whose audio is pushed as it comes into being: a microphone, an RTP stream. */
export interface LiveCaller extends AsyncIterable<Uint8Array> {
  /** Adds 8 kHz µ-law. Returns false when the call is behind by more than the bound and the oldest audio was dropped. */
  push(bytes: Uint8Array): boolean;
  /** Nothing more will come. Idempotent. */
  end(): void;
}

/** @param options - `maxBufferedMs`: how much may wait to be sent; default 2000 */
export function liveCaller(_options: { readonly maxBufferedMs?: number } = {}): LiveCaller {
  throw new HooklineError('internal', 'Live callers are not built yet.');
}
