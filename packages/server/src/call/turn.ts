import { DISPOSITIONS, type Disposition, describe, MAX_TEXT_CHARS } from '@hookline/protocol';
import { contain, guardedSignal, type OnError } from '@hookline/runtime';
import { checkChoice, checkNumber, serverError } from '../error.js';
import type { PlayOptions } from '../playback/playback.js';
import type { OutgoingMessage } from '../session/machine.js';
import { charsInMessage, ENVELOPE_CHARS } from '../session/message-length.js';
import type { AudioSource } from '../source/source.js';

/** A bot turn and its outcome. */
export interface Turn {
  readonly disposition: Disposition;
  /** What the bot says or understood. */
  readonly text?: string;
  /** From 0 to 1. */
  readonly confidence?: number;
}

/**
 * Makes the message that reports a turn. (AC-EVENT-3, AC-EVENT-4)
 *
 * @throws HooklineError `SERVER_BAD_OPTION`, `SERVER_TEXT_TOO_LONG`
 */
export function turnMessage({ disposition, text, confidence }: Turn): OutgoingMessage {
  checkChoice('turn: disposition', disposition, DISPOSITIONS);
  if (confidence !== undefined) checkNumber('turn: confidence', confidence, { min: 0, max: 1 });
  if (text !== undefined && typeof text !== 'string') {
    // A promise that was not awaited may reject later.
    void contain(text);
    throw serverError('SERVER_BAD_OPTION', `turn: text is ${describe(text)}; expected a string.`);
  }
  if (text !== undefined && charsInMessage(text) + ENVELOPE_CHARS > MAX_TEXT_CHARS) {
    throw serverError(
      'SERVER_TEXT_TOO_LONG',
      `turn: text has ${text.length} characters; a message has at most ${MAX_TEXT_CHARS} in all.`,
    );
  }
  const data = {
    disposition,
    ...(text === undefined ? {} : { text }),
    ...(confidence === undefined ? {} : { confidence }),
  };
  return { type: 'event', parameters: { entities: [{ type: 'bot_turn_response', data }] } };
}

/** Turns text into audio, at once or as a stream. `signal` aborts when the playback is stopped or the call ends. */
export type Synthesize = (
  text: string,
  context: { readonly language: string | undefined; readonly signal: AbortSignal },
) => AudioSource | Promise<AudioSource>;

/** Options of `say`. */
export interface SayOptions extends PlayOptions {
  readonly synth: Synthesize;
}

/** Speech that is being synthesized. */
export interface Synthesis {
  readonly pending: Promise<AudioSource>;
  /** Aborts the synthesizer. */
  stop(reason: unknown): void;
}

/** Starts to synthesize a text. @param onError - called with errors of abort listeners of the synthesizer */
export function synthesize(
  text: string,
  language: string | undefined,
  synth: Synthesize,
  onError: OnError,
): Synthesis {
  const stopped = new AbortController();
  const signal = guardedSignal(stopped.signal, onError);
  const make = async () => synth(text, { language, signal });
  return { pending: make(), stop: (reason) => stopped.abort(reason) };
}
