import { quietly } from '../deferred.js';
import type { PlayOptions } from '../playback/playback.js';
import type { AudioSource } from '../source/source.js';
import type { OnError } from './guard.js';
import { guardedSignal } from './guarded-signal.js';

/** Turns text into audio, whole or as it comes. `signal` aborts when the playback is stopped or the call ends. */
export type Synthesize = (
  text: string,
  context: { readonly language: string | undefined; readonly signal: AbortSignal },
) => AudioSource | Promise<AudioSource>;

/** Options of `say`. */
export interface SayOptions extends PlayOptions {
  readonly synth: Synthesize;
}

/** Audio that is being made of a text. */
export interface Synthesis {
  readonly making: Promise<AudioSource>;
  /** Tells the synthesizer that no more is wanted. */
  stop(reason: unknown): void;
}

/** Begins to make audio of a text. @param onError - takes what an abort listener of the synthesizer throws */
export function synthesize(
  text: string,
  language: string | undefined,
  synth: Synthesize,
  onError: OnError,
): Synthesis {
  const stopped = new AbortController();
  const signal = guardedSignal(stopped.signal, onError);
  const make = async () => synth(text, { language, signal });
  return { making: quietly(make()), stop: (reason) => stopped.abort(reason) };
}
