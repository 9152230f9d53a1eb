import { isPromise } from '../user-code/deferred.js';
import { stopUnread } from './feed.js';

/**
 * Closes a source that was never opened: streams are cancelled, so that an HTTP response behind one releases its
 * connection. Never rejects. Need not be awaited: a promise of a source may never settle.
 */
export async function discardSource(source: unknown): Promise<void> {
  try {
    if (isPromise(source)) {
      await discardSource(await source);
      return;
    }
    if (typeof source !== 'object' || source === null) return;
    for (const held of heldBy(source)) void discardSource(held);
    stopUnread(source);
  } catch {
    // Nobody can act on what a source throws when it is closed.
  }
}

/** The sources within a `wav()`, `pcm16()` or `sequence()`. */
function heldBy(source: object): readonly unknown[] {
  if (!('kind' in source)) return [];
  if (source.kind === 'wav' && 'from' in source) return [source.from];
  if (source.kind === 'pcm16' && 'samples' in source) return [source.samples];
  if (source.kind !== 'sequence' || !('sources' in source)) return [];
  return Array.isArray(source.sources) ? source.sources : [source.sources];
}
