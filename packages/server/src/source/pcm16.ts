/** PCM16 samples to play, made by `pcm16()`. */
export interface Pcm16Source {
  readonly kind: 'pcm16';
  readonly samples:
    | Int16Array
    | AsyncIterable<Int16Array>
    | Iterable<Int16Array>
    | ReadableStream<Int16Array>;
  readonly rate: number;
}

/**
 * PCM16 mono samples as a source, as speech synthesizers give them.
 *
 * @param samples - all at once, or in pieces of any size as they come
 * @param options - `rate`: samples a second, 1000 to 192,000
 */
export function pcm16(samples: Pcm16Source['samples'], options: { readonly rate: number }): Pcm16Source {
  return { kind: 'pcm16', samples, rate: options.rate };
}
