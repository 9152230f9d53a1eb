import { ReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { serverError } from '../error.js';
import { quietly } from '../user-code/deferred.js';
import { describeNonAudio } from './describe-non-audio.js';
import { iteratorOf, stopIterator } from './iteration.js';

/** Reads a stream or an iterable piece by piece. */
export interface Feed {
  /** Whether it reads a file: then it waits for the disk only, and a virtual clock can stand still meanwhile. */
  readonly readsFile: boolean;
  /** Rejects when the source does. @throws HooklineError `SERVER_BAD_SOURCE` for a source that was used up before */
  next(): Promise<{ readonly done?: boolean | undefined; readonly value?: unknown }>;
  /** Tells the source that no more is wanted. Never throws; waits for nothing. */
  stop(): void;
}

/** Sources that can be read only once, such as generators, and have been opened. */
const opened = new WeakSet<object>();

/**
 * Opens a stream or an iterable for reading.
 *
 * @param play - the method that the source was passed to, for error messages
 * @param expected - what that method accepts, for error messages
 * @throws HooklineError `SERVER_BAD_SOURCE` if it is neither
 */
export function feedOf(source: unknown, play: string, expected: string): Feed {
  if (source instanceof ReadableStream) return webFeed(source, play);
  if (source instanceof Readable) return nodeFeed(source, play);
  if (!isIterable(source)) {
    throw serverError('SERVER_BAD_SOURCE', `${play} got ${describeNonAudio(source)}; expected ${expected}.`);
  }
  const iterator = iteratorOf(source, play);
  const once = Object.is(iterator, source);
  const used = once && opened.has(source);
  if (once) opened.add(source);
  return guarded({
    play,
    used,
    next: async () => iterator.next(),
    stop: async () => stopIterator(iterator),
  });
}

/** Closes a source that was not opened. Throws whatever the source throws. */
export function stopUnread(source: object): void {
  // Returning the iterator of a Web Stream cancels it, but a Node stream must have been read for that.
  if (source instanceof Readable) source.destroy();
  else if (Symbol.asyncIterator in source || 'next' in source) {
    if (!isIterable(source)) return;
    const iterator = iteratorOf(source, 'play()');
    opened.add(source);
    stopIterator(iterator);
  }
}

function webFeed(source: ReadableStream<unknown>, play: string): Feed {
  if (source.locked) {
    throw serverError(
      'SERVER_BAD_SOURCE',
      `${play} got a ReadableStream that is locked: it was played before or has another reader. A stream can be read only once; pass a separate stream to each play, such as one of stream.tee().`,
    );
  }
  const used = wasRead(source);
  const reader = source.getReader();
  return guarded({
    play,
    used,
    next: () => reader.read(),
    // Unlike the stream's own iterator, this does not wait for a pending read.
    stop: () => reader.cancel(),
  });
}

function nodeFeed(source: Readable, play: string): Feed {
  const used = source.readableEnded || (source.destroyed && !source.errored);
  if (used) throw usedUp(play);
  const iterator: AsyncIterator<unknown> = source[Symbol.asyncIterator]();
  return guarded({
    readsFile: source instanceof ReadStream,
    play,
    used,
    next: () => iterator.next(),
    stop: async () => {
      source.destroy();
    },
  });
}

/** Whether a stream has been read from. `Readable.isDisturbed` takes Web Streams too, but its types do not say so. */
function wasRead(stream: ReadableStream<unknown>): boolean {
  return Reflect.apply(Readable.isDisturbed, undefined, [stream]) === true;
}

interface Unguarded {
  readonly readsFile?: boolean;
  readonly play: string;
  readonly used: boolean;
  next(): Promise<unknown>;
  stop(): Promise<unknown>;
}

/** The source is user code: results of `next` are checked, and what `stop` throws is ignored. */
function guarded({ readsFile = false, play, used, next, stop }: Unguarded): Feed {
  let isFirst = true;
  return {
    readsFile,
    async next() {
      const step = await next();
      if (typeof step !== 'object' || step === null) {
        throw serverError(
          'SERVER_BAD_SOURCE',
          `${play} got a source whose next() returned ${describeNonAudio(step)}; expected { done, value }.`,
        );
      }
      if (isFirst && used && 'done' in step && step.done) throw usedUp(play);
      isFirst = false;
      return step;
    },
    stop: () => void quietly(stop()),
  };
}

function usedUp(play: string) {
  return serverError(
    'SERVER_BAD_SOURCE',
    `${play} got a stream or generator that was already read to its end or stopped. It can be read only once; create a new one for each play, or pass the bytes.`,
  );
}

function isIterable(source: unknown): source is AsyncIterable<unknown> | Iterable<unknown> {
  if (typeof source !== 'object' || source === null) return false;
  // A typed array is iterable too, but yields numbers instead of pieces.
  return !ArrayBuffer.isView(source) && (Symbol.asyncIterator in source || Symbol.iterator in source);
}
