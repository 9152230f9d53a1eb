/**
 * Caller audio: 8 kHz µ-law, in pieces of any size. It is read in real time, at most a little ahead. Web and Node
 * streams are async iterables. An iterable that can be iterated repeatedly can be used for several calls.
 */
export type CallerSource = Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** The method of a source of this package, from any copy of it, that is called when the session is open. */
export const OPENED: unique symbol = Symbol.for('hookline.caller.opened');

/** The method of a source of this package, from any copy of it, that loads data in real time, such as a file. */
export const LOADED: unique symbol = Symbol.for('hookline.caller.loaded');

/** Loads the data of a source if it has a `LOADED` method. Errors surface when the source is read. */
export async function loadSource(source: CallerSource): Promise<void> {
  const load: unknown = Reflect.get(source, LOADED);
  if (typeof load === 'function') await Promise.resolve(load.call(source)).catch(() => {});
}

/** Notifies a source that the session is open, if it has an `OPENED` method. */
export function notifyOpened(source: CallerSource): void {
  const onOpened: unknown = Reflect.get(source, OPENED);
  if (typeof onOpened === 'function') onOpened.call(source);
}
