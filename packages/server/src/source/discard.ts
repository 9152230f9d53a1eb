import { isPromise } from '../user-code/deferred.js';
import { stopUnread } from './feed.js';

/** The property of a `wav()`, `pcm16()` or `sequence()` that holds the audio, by `kind`. */
const HELD_IN = new Map<unknown, 'from' | 'samples' | 'sources'>([
  ['wav', 'from'],
  ['pcm16', 'samples'],
  ['sequence', 'sources'],
]);

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
    const property = HELD_IN.get(Reflect.get(source, 'kind'));
    if (property === undefined) {
      stopUnread(source);
      return;
    }
    const held: unknown = Reflect.get(source, property);
    for (const one of Array.isArray(held) ? held : [held]) void discardSource(one);
  } catch {
    // Nobody can act on what a source throws when it is closed.
  }
}
