import { isPromise } from '../user-code/deferred.js';
import { stopUnread } from './feed.js';
import { handleFailureOf, heldBy } from './handle-failure.js';

/**
 * Closes a source that was never opened: streams are cancelled, so that an HTTP response behind one releases its
 * connection. Its failure counts as handled. Never rejects. Need not be awaited: a promise of a source may never settle.
 */
export async function discardSource(source: unknown): Promise<void> {
  handleFailureOf(source);
  try {
    if (isPromise(source)) {
      await discardSource(await source);
      return;
    }
    if (typeof source !== 'object' || source === null) return;
    const held = heldBy(source);
    if (held === undefined) stopUnread(source);
    else for (const one of held) void discardSource(one);
  } catch {
    // Nobody can act on what a source throws when it is closed.
  }
}
