/**
 * What the caller says: 8 kHz µ-law, in pieces of any size. It is read in real time, a little ahead at most.
 * Web and Node streams are async iterables. An iterable that can be iterated again serves several calls.
 */
export type CallerSource = Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
