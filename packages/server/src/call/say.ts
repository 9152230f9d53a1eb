import type { PlaybackResult, PlayOptions } from '../playback/playback.js';
import type { AudioSource } from '../source/source.js';
import type { Call } from './call.js';

/** Turns text into audio, whole or as it comes. `signal` aborts when the playback is stopped or the call ends. */
export type Synthesize = (
  text: string,
  context: { readonly language: string | undefined; readonly signal: AbortSignal },
) => AudioSource | Promise<AudioSource>;

/** Options of `say`. */
export interface SayOptions extends PlayOptions {
  readonly synth: Synthesize;
}

/** Synthesizes, tells the turn, plays. The turn is told first, as it belongs before its audio. */
export async function say(call: Call, text: string, options: SayOptions): Promise<PlaybackResult> {
  const { synth, ...playOptions } = options;
  const stopped = new AbortController();
  const signal = AbortSignal.any([call.signal, stopped.signal]);
  const source = await synth(text, { language: call.language, signal });
  call.turn({ disposition: 'match', text });
  try {
    return await call.play(source, playOptions);
  } finally {
    stopped.abort();
  }
}
