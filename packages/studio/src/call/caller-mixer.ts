import { BYTES_PER_MS, encodeMulaw, MULAW_SILENCE, peak, SAMPLES_PER_MS } from '@hookline/audio';
import { BoundedReader, type Clock } from '@hookline/runtime';

/** Microphone audio that is later than this, in milliseconds, is dropped: silence has been sent in its place. */
const MAX_MIC_LATE_MS = 120;
/** How far microphone audio may run ahead of real time, in milliseconds, if the microphone's clock is faster. */
const MAX_MIC_AHEAD_MS = 200;
/** Frames that a source produces in advance: after a late timer, two are sent at once. */
const FRAMES_AHEAD = 2;
/** Silence queued before the first microphone audio, in milliseconds: frames may be this late without a gap. */
const JITTER_MARGIN_MS = 40;
/** After this much quiet, in milliseconds, quiet frames are skipped until the delay is back at the margin. */
const QUIET_AFTER_MS = 400;
/** A peak of about −36 dBFS; speech is louder. */
const QUIET_PEAK = 512;
/** Assumed drift of the microphone's clock against this one: 1 ms per second. */
const CLOCK_DRIFT = 0.001;
/** Audio queued for the client, in milliseconds, before the oldest is dropped. The client normally reads at once. */
const MAX_WAITING_MS = 5000;

/** Returns the next `bytes` bytes of 8 kHz µ-law; fewer, or none, at the end. */
export type AudioSource = (bytes: number) => Uint8Array;

/**
 * The caller audio of a live call, from the page's microphone or from a source that is read on demand. Either can replace the
 * other at any time. Pass it as the `caller` of a call; it never ends.
 *
 * A source is read two frames ahead, so that a new source is heard soon. Microphone audio is passed on as it arrives. Audio
 * that arrives before the session is open, on hold, or too late is dropped, so that one delay does not delay the rest of the
 * call. A source goes on during a pause, as the stream of the client does: as much of it is lost as the pause lasts.
 */
export class CallerMixer implements AsyncIterable<Uint8Array> {
  readonly #clock: Clock;
  readonly #frameBytes: number;
  readonly #audio: BoundedReader<Uint8Array>;
  #source: AudioSource | undefined;
  /** Whether the call is sending frames. */
  #active = false;
  /** Bytes queued here or replaced by silence in the client; and bytes sent, or lost in a pause. */
  #queuedBytes = 0;
  #sentBytes = 0;
  #sentAtMs = 0;
  /** Ends the losing of audio in a pause; undefined outside of one. */
  #stopLosing: (() => void) | undefined;
  /** The smallest delay of a microphone frame against its position, in milliseconds, and when it was measured. */
  #smallestDelay: { readonly ms: number; readonly atMs: number } | undefined;
  /** The position after the last microphone frame. */
  #micPosition = 0;
  #droppedMs = 0;
  #quietMs = 0;

  /** @param frameMs - duration of a caller audio frame, in milliseconds */
  constructor(clock: Clock, frameMs: number) {
    this.#clock = clock;
    this.#frameBytes = frameMs * BYTES_PER_MS;
    this.#audio = new BoundedReader({ max: MAX_WAITING_MS * BYTES_PER_MS, sizeOf: (bytes) => bytes.length });
  }

  /** Microphone audio that was dropped because it was late, in milliseconds. */
  get droppedMs(): number {
    return this.#droppedMs;
  }

  /** Switches to another source; undefined selects the microphone. */
  setSource(source: AudioSource | undefined): void {
    this.#source = source;
    if (this.#active) this.#prime();
  }

  /** Called when the call starts sending frames, or resumes after a pause. */
  resume(): void {
    this.#active = true;
    if (this.#stopLosing) {
      this.#stopLosing();
      this.#stopLosing = undefined;
      this.#lose();
    }
    this.#sentAtMs = this.#clock.now();
    this.#prime();
  }

  /** Called when the call stops sending frames, until `resume`. */
  pause(): void {
    this.#active = false;
    this.#stopLosing ??= this.#loseEachFrame();
  }

  /** Called for each caller frame that was sent. */
  frameSent(bytes: number): void {
    this.#sentBytes += bytes;
    this.#sentAtMs = this.#clock.now();
    // The client sent silence for what was not queued.
    this.#queuedBytes = Math.max(this.#queuedBytes, this.#sentBytes);
    if (this.#active) this.#refill();
  }

  /**
   * Queues microphone audio.
   *
   * @param position - index of the first sample since the microphone was started
   * @param samples - PCM16, 8 kHz, mono
   */
  pushMicrophone(position: number, samples: Int16Array): void {
    const now = this.#clock.now();
    // A microphone that was started again counts anew.
    if (position < this.#micPosition) this.#smallestDelay = undefined;
    this.#micPosition = position + samples.length;
    const lateMs = this.#lateMs(now, this.#micPosition);
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

  /** The delay of this audio against the audio with the smallest delay so far, relative to its recording position, in milliseconds. */
  #lateMs(now: number, endPosition: number): number {
    const behind = now - endPosition / SAMPLES_PER_MS;
    const { ms, atMs } = this.#smallestDelay ?? { ms: behind, atMs: now };
    const smallest = Math.min(behind, ms + (now - atMs) * CLOCK_DRIFT);
    this.#smallestDelay = { ms: smallest, atMs: now };
    return behind - smallest;
  }

  /** Queues the first frame of a source; for the microphone, which has no audio yet, the silence of the margin. */
  #prime(): void {
    if (this.#source) {
      this.#refill();
      return;
    }
    const missing = this.#sentBytes + JITTER_MARGIN_MS * BYTES_PER_MS - this.#queuedBytes;
    if (missing > 0) this.#enqueue(new Uint8Array(missing).fill(MULAW_SILENCE));
  }

  /** Loses audio at each frame of the pause, so that the client finds a frame to drop. Returns a function that ends it. */
  #loseEachFrame(): () => void {
    let stop = () => {};
    const schedule = () => {
      stop = this.#clock.after(this.#frameBytes / BYTES_PER_MS, () => {
        // The client reads no more once the call is over.
        if (this.#audio.ended) return;
        this.#lose();
        schedule();
      });
    };
    schedule();
    return () => stop();
  }

  /** Counts the audio of the pause so far as lost, and reads as much of the source. */
  #lose(): void {
    const bytes = Math.round((this.#clock.now() - this.#sentAtMs) * BYTES_PER_MS);
    this.#sentBytes += bytes;
    this.#sentAtMs += bytes / BYTES_PER_MS;
    this.#queuedBytes = Math.max(this.#queuedBytes, this.#sentBytes);
    this.#refill();
  }

  /** Reads the source until two frames are queued. */
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
