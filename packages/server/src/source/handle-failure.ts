import { EventEmitter } from 'node:events';
import { isPromise } from '../user-code/deferred.js';

/** The property of a `wav()`, `pcm16()` or `sequence()` that holds the audio, by `kind`. */
const HELD_IN = new Map<unknown, 'from' | 'samples' | 'sources'>([
  ['wav', 'from'],
  ['pcm16', 'samples'],
  ['sequence', 'sources'],
]);

/** What a `wav()`, `pcm16()` or `sequence()` holds, as a list; undefined for any other source. */
export function heldBy(source: object): readonly unknown[] | undefined {
  const property = HELD_IN.get(Reflect.get(source, 'kind'));
  if (property === undefined) return undefined;
  const held: unknown = Reflect.get(source, property);
  return Array.isArray(held) ? held : [held];
}

/**
 * Handles the failure of a source that is not read yet, or never will be, and of everything in it that exists already:
 * an unhandled rejection or `error` event would end the process. The failure still fails the playback. Never throws.
 */
export function handleFailureOf(source: unknown): void {
  handleEach(source, new Set());
}

/** @param seen - the sources that were handled: a list may contain itself, and a sentence the same prompt twice */
function handleEach(source: unknown, seen: Set<unknown>): void {
  if (typeof source !== 'object' || source === null || ArrayBuffer.isView(source) || seen.has(source)) return;
  seen.add(source);
  try {
    if (isPromise(source)) void handleLater(source);
    else if (source instanceof EventEmitter) ignoreErrorsOf(source);
    else for (const held of Array.isArray(source) ? source : (heldBy(source) ?? [])) handleEach(held, seen);
  } catch {
    // A source whose properties throw cannot be looked at; it fails when it is opened.
  }
}

async function handleLater(promise: PromiseLike<unknown>): Promise<void> {
  try {
    handleFailureOf(await promise);
  } catch {
    // The reader of the promise gets the error.
  }
}

/** Node streams, also those of the package `readable-stream`. A stream that is passed on gets one listener. */
function ignoreErrorsOf(stream: EventEmitter): void {
  if (!stream.listeners('error').includes(ignore)) stream.on('error', ignore);
}

function ignore(): void {}
