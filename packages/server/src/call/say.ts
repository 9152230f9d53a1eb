import type { AudioSource } from '../source/source.js';

/** Turns text into audio, whole or as it comes. `signal` aborts when the playback is stopped or the call ends. */
export type Synthesize = (
  text: string,
  context: { readonly language: string | undefined; readonly signal: AbortSignal },
) => AudioSource | Promise<AudioSource>;
