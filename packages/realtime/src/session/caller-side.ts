import type { Clock } from '@hookline/runtime';
import type { Call } from '@hookline/server';
import { type AudioShape, callFormat } from '../service/audio-shape.js';
import type { ServiceLink } from '../service/service.js';
import { CallerInput } from './caller-input.js';
import { KeyGroup } from './key-group.js';

/** The call, as far as its caller is concerned. */
type CallerCall = Pick<Call, 'caller' | 'on' | 'onSpeech' | 'collecting' | 'callerStopped'>;

/** What the caller's side needs of the session and tells it. */
export interface CallerSideHost {
  readonly link: ServiceLink | undefined;
  /** Whether what the caller does still counts. */
  readonly listens: boolean;
  /** By the call's own detector. */
  speech(at: 'start' | 'end'): void;
  /** A key was pressed that no tool collects. Returns whether it is one of those that are told as a text. */
  key(digit: string): boolean;
  /** Keys that were pressed one soon after the other. */
  keys(keys: string): void;
  /** Caller audio was lost. */
  dropped(ms: number): void;
}

/** How the caller's side is set up. */
export interface CallerSideOptions {
  readonly clock: Clock;
  /** What the service takes. */
  readonly shape: AudioShape;
  readonly maxInputMs: number;
  readonly keyGroupMs: number;
  /** Whether the call's own detector listens. */
  readonly detects: boolean;
}

/** The caller: audio for the service, keys, and speech that the call's own detector finds. */
export class CallerSide {
  readonly #call: CallerCall;
  readonly #host: CallerSideHost;
  readonly #options: CallerSideOptions;
  readonly #input: CallerInput;
  readonly #keys: KeyGroup;
  readonly #off: (() => void)[] = [];

  constructor(call: CallerCall, options: CallerSideOptions, host: CallerSideHost) {
    this.#call = call;
    this.#options = options;
    this.#host = host;
    this.#input = new CallerInput(options.shape, options.maxInputMs, (ms) => host.dropped(ms));
    this.#keys = new KeyGroup(options.clock, options.keyGroupMs, (keys) => host.keys(keys));
  }

  /** Listens from here on; audio since `opened` counts. */
  listen(): void {
    const { shape, detects } = this.#options;
    const host = this.#host;
    // The service's own detector hears the end of speech in the silence only.
    const audio = this.#call.caller({ ...callFormat(shape), fillGaps: 'silence' });
    this.#off.push(
      audio.onAudio((bytes, atMs) => {
        if (host.listens) this.#input.push(bytes, atMs, host.link);
      }),
      this.#call.on('dtmf', ({ digit }) => {
        if (!host.listens || this.#call.collecting) return;
        if (host.key(digit)) this.#keys.push(digit);
      }),
    );
    if (!detects) return;
    const listeners = { start: () => host.speech('start'), end: () => host.speech('end') };
    this.#off.push(this.#call.onSpeech(listeners));
  }

  /** The service is ready: it gets what was held. */
  linked(link: ServiceLink): void {
    this.#input.flush(link);
  }

  /**
   * The service says that the caller has stopped.
   *
   * @param audioMs - where, in the audio that was sent on this connection
   * @returns how long ago that was, in milliseconds of caller audio
   */
  stopped(audioMs: number | undefined): number {
    const place = this.#input.placeOf(audioMs);
    this.#call.callerStopped(place?.atMs);
    return place?.agoMs ?? 0;
  }

  /** Forgets keys that were not told yet. */
  forgetKeys(): void {
    this.#keys.close();
  }

  close(): void {
    for (const off of this.#off.splice(0)) off();
    this.#keys.close();
    this.#input.clear();
  }
}
