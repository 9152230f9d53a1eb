import { stopUnread } from './feed.js';
import { isPromise } from './source.js';

/**
 * Tells a source that was never opened that nobody will: streams are cancelled, so that what feeds them, such as a
 * response, lets go of its connection. Never rejects, and nobody has to wait: a promise of a source may never come.
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
    // What a source does when it is given up is nobody's any more.
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
