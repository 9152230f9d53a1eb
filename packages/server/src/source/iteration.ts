import { contain } from '@hookline/runtime';
import { serverError } from '../error.js';
import { whatCame } from './what-came.js';

/** An iterator of a source: user code, so each of its methods may be missing, throw, reject or hang. */
export type SourceIterator<T> = AsyncIterator<T> | Iterator<T>;

/**
 * Asks a source for its iterator.
 *
 * @param play - the call that the source was given to, for messages
 * @throws HooklineError `SERVER_BAD_SOURCE` when it gives none; whatever the source throws
 */
export function iteratorOf<T>(source: AsyncIterable<T> | Iterable<T>, play: string): SourceIterator<T> {
  const iterator: SourceIterator<T> =
    Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  if (typeof iterator === 'object' && iterator !== null && typeof iterator.next === 'function')
    return iterator;
  // A promise here may reject, and nobody else would take that.
  void contain(iterator);
  throw serverError(
    'SERVER_BAD_SOURCE',
    `${play} got a source whose iterator is ${whatCame(iterator)}; it needs a method next(), as that of a generator has.`,
  );
}

/**
 * Tells an iterator that no more is wanted. Never throws, and waits for nothing: a generator answers only when it
 * comes to its next `yield`, and what its `finally` throws is ignored.
 */
export function stopIterator(iterator: SourceIterator<unknown>): void {
  try {
    void contain(iterator.return?.());
  } catch {
    // As above.
  }
}
