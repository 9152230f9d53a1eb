import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Api } from '../bridge/api.js';
import { type CallView, markTime } from '../state/call-view.js';

export const RATES = [0.5, 1, 1.5, 2] as const;

/** Plays the recording of the shown call; lanes and rows follow `atMs`. */
export class RecordingPlayer {
  readonly #api: Api;
  readonly #shown: ReadonlySignal<CallView | undefined>;
  readonly #onError: (error: unknown) => void;
  readonly #audio = new Audio();
  /** The call whose recording is loaded. */
  #loaded: CallView | undefined;
  /** Counts the presses of Play and Pause: a later one ends what an earlier one began. */
  #turns = 0;

  /** Whether the recording plays, or will as soon as it is loaded. */
  readonly playing = signal(false);
  /** Position of the cursor, in milliseconds since dialling. */
  readonly atMs = signal(0);
  readonly rate = signal<number>(1);
  /** Whether there is a recording to play. */
  readonly ready: ReadonlySignal<boolean>;

  constructor(api: Api, shown: ReadonlySignal<CallView | undefined>, onError: (error: unknown) => void) {
    this.#api = api;
    this.#onError = onError;
    this.#shown = shown;
    this.ready = computed(() => shown.value?.wavOffsetMs.value !== undefined);
    this.#audio.preload = 'auto';
    this.#audio.onended = () => this.pause();
    effect(() => {
      shown.value;
      this.pause();
      this.atMs.value = 0;
    });
  }

  toggle(): void {
    if (this.playing.peek()) this.pause();
    else void this.play();
  }

  /** Never rejects. */
  async play(): Promise<void> {
    const call = this.#shown.value;
    const offset = call?.wavOffsetMs.value;
    if (!call || offset === undefined) return;
    this.#turns += 1;
    const turn = this.#turns;
    this.playing.value = true;
    try {
      await this.#start(call, offset, turn);
    } catch (error) {
      // `pause` interrupts the start of the audio.
      if (turn !== this.#turns) return;
      this.pause();
      this.#onError(error);
    }
  }

  async #start(call: CallView, offset: number, turn: number): Promise<void> {
    if (this.#loaded !== call) {
      const wav = await this.#api.file(`/api/calls/${encodeURIComponent(call.id)}/call.wav`);
      if (turn !== this.#turns) return;
      URL.revokeObjectURL(this.#audio.src);
      this.#audio.src = URL.createObjectURL(wav);
      this.#loaded = call;
    }
    if (this.atMs.value >= call.endMs.value) this.atMs.value = 0;
    this.#audio.currentTime = Math.max(0, this.atMs.value + offset) / 1000;
    this.#audio.playbackRate = this.rate.value;
    await this.#audio.play();
    const follow = () => {
      if (turn !== this.#turns) return;
      this.atMs.value = this.#audio.currentTime * 1000 - offset;
      requestAnimationFrame(follow);
    };
    requestAnimationFrame(follow);
  }

  pause(): void {
    this.#turns += 1;
    this.#audio.pause();
    this.playing.value = false;
  }

  /** Moves the cursor; clamped to the call. */
  seek(atMs: number): void {
    const call = this.#shown.value;
    if (!call) return;
    this.atMs.value = Math.min(Math.max(0, atMs), call.endMs.value);
    const offset = call.wavOffsetMs.value;
    if (this.#loaded === call && offset !== undefined)
      this.#audio.currentTime = Math.max(0, this.atMs.value + offset) / 1000;
  }

  /** Moves the cursor to the next or the previous mark. */
  seekToMark(next: boolean): void {
    const times = (this.#shown.value?.marks.value ?? []).map(markTime);
    const at = this.atMs.value;
    const found = next ? times.find((t) => t > at + 1) : times.findLast((t) => t < at - 1);
    if (found !== undefined) this.seek(found);
  }

  setRate(rate: number): void {
    this.rate.value = rate;
    this.#audio.playbackRate = rate;
  }
}
