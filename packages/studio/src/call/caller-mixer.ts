import { BYTES_PER_MS, encodeMulaw, MULAW_SILENCE, peak, SAMPLES_PER_MS } from '@hookline/audio';
import { BoundedReader, type Clock } from '@hookline/runtime';

/** Microphone audio later than this, in milliseconds, has lost its place: silence was sent there. */
const MAX_MIC_LATE_MS = 120;
/** Microphone audio that may be ahead of the time that has passed, in milliseconds, when its clock runs faster. */
const MAX_MIC_AHEAD_MS = 200;
/** Frames of a source that are there before they are due: a process that was late sends two at once. */
const FRAMES_AHEAD = 2;
/** Silence before the first sound of the microphone, in milliseconds: so late may a frame of it be without a gap. */
const JITTER_MARGIN_MS = 40;
/** After so much quiet, in milliseconds, a delay beyond the margin is made up for by leaving quiet out. */
const QUIET_AFTER_MS = 400;
/** A peak of about −36 dBFS: speech is louder. */
const QUIET_PEAK = 512;
/** How fast the clock of a microphone is believed to drift from this one: 1 ms a second. */
const CLOCK_DRIFT = 0.001;
/** What may wait for the client, in milliseconds: it reads at once. */
const MAX_WAITING_MS = 5000;

/** Says the next so many bytes of 8 kHz µ-law: fewer, or none, when it is over. */
export type AudioSource = (bytes: number) => Uint8Array;

/**
 * What the caller of a live call says: the microphone of the page, or a source that is read as it is needed, one in place of
 * the other at any time. Give it as the `caller` of a call; it never ends.
 *
 * A source is given two frames ahead, so that another one is heard soon after. The microphone is passed on as it comes:
 * what comes before the session is open, on hold, or too late for its place is dropped, so that the caller is never late for
 * the rest of the call.
 */
export class CallerMixer implements AsyncIterable<Uint8Array> {
  readonly #clock: Clock;
  readonly #frameBytes: number;
  readonly #audio: BoundedReader<Uint8Array>;
  #source: AudioSource | undefined;
  /** Whether frames leave. */
  #active = false;
  /** Bytes that were given or that the client filled in as silence, and bytes that were sent. */
  #queuedBytes = 0;
  #sentBytes = 0;
  #sentAtMs = 0;
  /** The least that a microphone frame was behind its position, in milliseconds, and when that was. */
  #leastDelay: { readonly ms: number; readonly atMs: number } | undefined;
  #droppedMs = 0;
  #quietMs = 0;

  /** @param frameMs - caller audio in one frame of the call */
  constructor(clock: Clock, frameMs: number) {
    this.#clock = clock;
    this.#frameBytes = frameMs * BYTES_PER_MS;
    this.#audio = new BoundedReader({ max: MAX_WAITING_MS * BYTES_PER_MS, sizeOf: (bytes) => bytes.length });
  }

  /** Microphone audio of an open session that came too late to be sent, in milliseconds. */
  get droppedMs(): number {
    return this.#droppedMs;
  }

  /** Another source speaks from now on; undefined is the microphone. */
  setSource(source: AudioSource | undefined): void {
    this.#source = source;
    if (this.#active) this.#prime();
  }

  /** Frames begin to leave, or leave again after a pause. */
  resume(): void {
    this.#active = true;
    this.#sentAtMs = this.#clock.now();
    this.#queuedBytes = this.#sentBytes;
    this.#prime();
  }

  /** No frame leaves until `flow`. */
  pause(): void {
    this.#active = false;
  }

  /** A frame of the caller was sent. */
  frameSent(bytes: number): void {
    this.#sentBytes += bytes;
    this.#sentAtMs = this.#clock.now();
    // What was not there was sent as silence.
    this.#queuedBytes = Math.max(this.#queuedBytes, this.#sentBytes);
    if (this.#active) this.#refill();
  }

  /**
   * Audio of the microphone.
   *
   * @param position - of its first sample since the microphone was started
   * @param samples - PCM16, 8 kHz, mono
   */
  pushMicrophone(position: number, samples: Int16Array): void {
    const now = this.#clock.now();
    const lateMs = this.#lateMs(now, position + samples.length);
    if (!this.#active || this.#source !== undefined) return;
    const ms = samples.length / SAMPLES_PER_MS;
    const aheadMs = (this.#queuedBytes - this.#sentBytes) / BYTES_PER_MS - (now - this.#sentAtMs);
    this.#quietMs = peak(samples) < QUIET_PEAK ? this.#quietMs + ms : 0;
    if (this.#quietMs > QUIET_AFTER_MS && aheadMs > JITTER_MARGIN_MS + ms) return;
    if (lateMs > MAX_MIC_LATE_MS || aheadMs > MAX_MIC_AHEAD_MS) {
      this.#droppedMs += ms;
      return;
    }
    this.#enqueue(encodeMulaw(samples));
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    return this.#audio;
  }

  /** How much later audio came than the promptest so far, given what it says of when it was recorded. */
  #lateMs(now: number, endPosition: number): number {
    const behind = now - endPosition / SAMPLES_PER_MS;
    const { ms, atMs } = this.#leastDelay ?? { ms: behind, atMs: now };
    const least = Math.min(behind, ms + (now - atMs) * CLOCK_DRIFT);
    this.#leastDelay = { ms: least, atMs: now };
    return behind - least;
  }

  /** The microphone, which has nothing yet, begins with silence; a source with its first frame. */
  #prime(): void {
    if (this.#source) this.#refill();
    else if (this.#queuedBytes === this.#sentBytes) {
      this.#enqueue(new Uint8Array(JITTER_MARGIN_MS * BYTES_PER_MS).fill(MULAW_SILENCE));
    }
  }

  /** The next frames of a source are there when the last one has left. */
  #refill(): void {
    if (!this.#source) return;
    const missing = this.#sentBytes + FRAMES_AHEAD * this.#frameBytes - this.#queuedBytes;
    if (missing <= 0) return;
    const chunk = this.#source(missing);
    if (chunk.length > 0) this.#enqueue(chunk);
  }

  #enqueue(bytes: Uint8Array): void {
    this.#queuedBytes += bytes.length;
    this.#audio.push(bytes);
  }
}
