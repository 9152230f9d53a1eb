/**
 * User code is never trusted to be tidy: what a bot, source, sink, logger, detector or listener throws, rejects with,
 * or gives in place of what it should, goes through these and no further.
 */

/** Takes what user code threw or rejected with. Never throws itself. */
export type OnError = (error: unknown) => void;

/**
 * Runs a bot's callback so that neither a throw nor a rejection goes anywhere but to `onError`. Nothing is made for
 * a callback that returns nothing.
 */
export function guard<A, B>(callback: (a: A, b: B) => unknown, a: A, b: B, onError: OnError): void {
  try {
    const given = callback(a, b);
    // A bot written in JavaScript may return any thenable.
    if (given !== undefined) void contain(given, onError);
  } catch (error) {
    onError(error);
  }
}

/**
 * Takes the rejection of what user code gave, in case it is a promise; anything else changes nothing. Never rejects.
 *
 * `await` and not `.catch`: a thenable may throw when it is read, call back twice, or have methods of its own.
 */
export async function contain(given: unknown, onError: OnError = ignore): Promise<void> {
  try {
    await given;
  } catch (error) {
    onError(error);
  }
}

/** For the cleanup of user code that nobody waits for: what fails there changes nothing any more. */
export function ignore(): void {}
