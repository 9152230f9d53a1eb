import { contain } from '@hookline/runtime';
import { serverError } from '../error.js';
import { describeNonAudio } from './describe-non-audio.js';

/** The iterator of a source. It is user code: each method may be missing, throw, reject or hang. */
export type SourceIterator<T> = AsyncIterator<T> | Iterator<T>;

/**
 * Gets the iterator of a source.
 *
 * @param play - the method that the source was passed to, for error messages
 * @throws HooklineError `SERVER_BAD_SOURCE` if the source returns no iterator; also whatever the source throws
 */
export function iteratorOf<T>(source: AsyncIterable<T> | Iterable<T>, play: string): SourceIterator<T> {
  const iterator: SourceIterator<T> =
    Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  if (typeof iterator === 'object' && iterator !== null && typeof iterator.next === 'function')
    return iterator;
  // If it is a promise, its rejection would otherwise be unhandled.
  void contain(iterator);
  throw serverError(
    'SERVER_BAD_SOURCE',
    `${play} got a source whose iterator is ${describeNonAudio(iterator)}; expected an object with a method next(), such as a generator.`,
  );
}

/**
 * Stops an iterator. Never throws and does not wait, because a generator handles `return` only at its next `yield`;
 * errors from its `finally` block are ignored.
 */
export function stopIterator(iterator: SourceIterator<unknown>): void {
  try {
    void contain(iterator.return?.());
  } catch {
    // Ignored, like a rejection.
  }
}
