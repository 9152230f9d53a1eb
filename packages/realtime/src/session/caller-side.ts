import type { Clock } from '@hookline/runtime';
import type { Call } from '@hookline/server';
import { type AudioShape, callFormat } from '../service/audio-shape.js';
import type { ServiceLink } from '../service/service.js';
import { CallerInput } from './caller-input.js';
import { KeyGroup } from './key-group.js';

/** The members of the call that concern the caller. */
type CallerCall = Pick<Call, 'caller' | 'on' | 'onSpeech' | 'collecting' | 'callerStopped'>;

/** What the caller's side needs from the session, and what it reports to it. */
export interface CallerSideHost {
  /** The call's own detector found the start or the end of speech. */
  onSpeech(at: 'start' | 'end'): void;
  /** A key was pressed that no tool collects. Returns whether it is sent to the model as text. */
  onKey(digit: string): boolean;
  /** Keys that were pressed in quick succession. */
  onKeys(keys: string): void;
  /** Caller audio was lost. */
  onDropped(ms: number): void;
}

/** Options of `CallerSide`. */
export interface CallerSideOptions {
  readonly clock: Clock;
  /** Format that the service takes. */
  readonly shape: AudioShape;
  readonly maxInputMs: number;
  readonly keyGroupMs: number;
  /** Whether the call's own speech detector is used. */
  readonly detects: boolean;
}

/** The caller: audio for the service, keys, and speech that the call's own detector finds. */
export class CallerSide {
  readonly #call: CallerCall;
  readonly #host: CallerSideHost;
  readonly #options: CallerSideOptions;
  readonly #input: CallerInput;
  readonly #keys: KeyGroup;
  readonly #unsubscribers: (() => void)[] = [];
  #stopped = false;
  #heard = false;

  constructor(call: CallerCall, options: CallerSideOptions, host: CallerSideHost) {
    this.#call = call;
    this.#options = options;
    this.#host = host;
    this.#input = new CallerInput(options.clock, options.shape, options.maxInputMs, (ms) =>
      host.onDropped(ms),
    );
    this.#keys = new KeyGroup(options.clock, options.keyGroupMs, (keys) => host.onKeys(keys));
  }

  /** Whether the call's own detector hears the caller. */
  get heard(): boolean {
    return this.#heard;
  }

  /** Subscribes to caller audio (from `opened` on), keys and speech. */
  start(): void {
    const { shape, detects } = this.#options;
    const host = this.#host;
    const input = this.#input;
    // The service's detector needs the silence to find the end of speech.
    const audio = this.#call.caller({ ...callFormat(shape), fillGaps: 'silence' });
    this.#unsubscribers.push(
      audio.onAudio((bytes, atMs) => input.push(bytes, atMs)),
      this.#call.on('dtmf', ({ digit }) => {
        if (this.#stopped || this.#call.collecting) return;
        // A key can end the call.
        if (host.onKey(digit) && !this.#stopped) this.#keys.push(digit);
      }),
    );
    if (!detects) return;
    const on = (at: 'start' | 'end') => () => {
      this.#heard = at === 'start';
      host.onSpeech(at);
    };
    this.#unsubscribers.push(this.#call.onSpeech({ start: on('start'), end: on('end') }));
  }

  /** Sends the buffered audio to a service that has become ready. */
  onLinked(link: ServiceLink): void {
    this.#input.linked(link);
  }

  /** The connection is gone: buffers audio for the next one. */
  onUnlinked(): void {
    this.#input.unlinked();
  }

  /**
   * The service reports that the caller has stopped speaking.
   *
   * @param audioMs - position in the audio sent on this connection
   * @returns how long ago that was, in milliseconds of caller audio
   */
  onSpeechEnd(audioMs: number | undefined): number {
    const place = this.#input.positionOf(audioMs);
    this.#call.callerStopped(place?.atMs);
    return place?.agoMs ?? 0;
  }

  /** Ignores the caller from here on, and discards keys that have not been reported yet. */
  stop(): void {
    this.#stopped = true;
    this.#keys.clear();
    this.#input.stop();
  }

  close(): void {
    for (const off of this.#unsubscribers.splice(0)) off();
    this.stop();
  }
}
