/**
 * What the caller says: 8 kHz µ-law, in pieces of any size. It is read in real time, a little ahead at most.
 * Web and Node streams are async iterables. An iterable that can be iterated again serves several calls.
 */
export type CallerSource = Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** The method that a source of this package has to learn that the session is open. */
export const OPENED = Symbol('opened');

/** The method that a source of this package has to load what it reads in real time, such as a file. */
export const LOADED = Symbol('loaded');

/** Loads what a source reads in real time, where it has something to load. A fault shows when the source is read. */
export async function loadSource(source: CallerSource): Promise<void> {
  const load: unknown = Reflect.get(source, LOADED);
  if (typeof load === 'function') await Promise.resolve(load.call(source)).catch(() => {});
}

/** Notifies a source that the session is open, if it has an `OPENED` method. */
export function notifyOpened(source: CallerSource): void {
  const onOpened: unknown = Reflect.get(source, OPENED);
  if (typeof onOpened === 'function') onOpened.call(source);
}
