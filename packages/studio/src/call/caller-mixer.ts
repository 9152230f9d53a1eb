import { BYTES_PER_MS, encodeMulaw, MULAW_SILENCE, peak, SAMPLES_PER_MS } from '@hookline/audio';
import { BoundedReader, type Clock } from '@hookline/runtime';

/** Microphone audio later than this, in milliseconds, has lost its place: silence was sent there. */
const MAX_MIC_LATE_MS = 120;
/** Microphone audio that may be ahead of the time that has passed, in milliseconds, when its clock runs faster. */
const MAX_MIC_AHEAD_MS = 200;
/** Frames of a source that are there before they are due: a process that was late sends two at once. */
const FRAMES_AHEAD = 2;
/** Silence before the first sound of the microphone, in milliseconds: so late may a frame of it be without a gap. */
const MARGIN_MS = 40;
/** After so much quiet, in milliseconds, a delay beyond the margin is made up for by leaving quiet out. */
const QUIET_MS = 400;
/** A peak of about −36 dBFS: speech is louder. */
const QUIET_PEAK = 512;
/** How fast the clock of a microphone is believed to drift from this one: 1 ms a second. */
const DRIFT = 0.001;
/** What may wait for the client, in milliseconds: it reads at once. */
const MAX_WAITING_MS = 5000;

/** Says the next so many bytes of 8 kHz µ-law: fewer, or none, when it is over. */
export type CallerVoice = (bytes: number) => Uint8Array;

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
  #voice: CallerVoice | undefined;
  /** Whether frames leave. */
  #flowing = false;
  /** Bytes that were given or that the client filled in as silence, and bytes that were sent. */
  #given = 0;
  #sent = 0;
  #sentAtMs = 0;
  /** The least that a microphone frame was behind its position, in milliseconds, and when that was. */
  #prompt: { readonly ms: number; readonly atMs: number } | undefined;
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
  speak(voice: CallerVoice | undefined): void {
    this.#voice = voice;
    if (this.#flowing) this.#begin();
  }

  /** Frames begin to leave, or leave again after a pause. */
  flow(): void {
    this.#flowing = true;
    this.#sentAtMs = this.#clock.now();
    this.#given = this.#sent;
    this.#begin();
  }

  /** No frame leaves until `flow`. */
  pause(): void {
    this.#flowing = false;
  }

  /** A frame of the caller was sent. */
  sent(bytes: number): void {
    this.#sent += bytes;
    this.#sentAtMs = this.#clock.now();
    // What was not there was sent as silence.
    this.#given = Math.max(this.#given, this.#sent);
    if (this.#flowing) this.#fill();
  }

  /**
   * Audio of the microphone.
   *
   * @param position - of its first sample since the microphone was started
   * @param samples - PCM16, 8 kHz, mono
   */
  microphone(position: number, samples: Int16Array): void {
    const now = this.#clock.now();
    const lateMs = this.#lateness(now, position + samples.length);
    if (!this.#flowing || this.#voice !== undefined) return;
    const ms = samples.length / SAMPLES_PER_MS;
    const aheadMs = (this.#given - this.#sent) / BYTES_PER_MS - (now - this.#sentAtMs);
    this.#quietMs = peak(samples) < QUIET_PEAK ? this.#quietMs + ms : 0;
    if (this.#quietMs > QUIET_MS && aheadMs > MARGIN_MS + ms) return;
    if (lateMs > MAX_MIC_LATE_MS || aheadMs > MAX_MIC_AHEAD_MS) {
      this.#droppedMs += ms;
      return;
    }
    this.#give(encodeMulaw(samples));
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    return this.#audio;
  }

  /** How much later audio came than the promptest so far, given what it says of when it was recorded. */
  #lateness(now: number, endPosition: number): number {
    const behind = now - endPosition / SAMPLES_PER_MS;
    const { ms, atMs } = this.#prompt ?? { ms: behind, atMs: now };
    const least = Math.min(behind, ms + (now - atMs) * DRIFT);
    this.#prompt = { ms: least, atMs: now };
    return behind - least;
  }

  /** The microphone, which has nothing yet, begins with silence; a source with its first frame. */
  #begin(): void {
    if (this.#voice) this.#fill();
    else if (this.#given === this.#sent) {
      this.#give(new Uint8Array(MARGIN_MS * BYTES_PER_MS).fill(MULAW_SILENCE));
    }
  }

  /** The next frames of a source are there when the last one has left. */
  #fill(): void {
    if (!this.#voice) return;
    const missing = this.#sent + FRAMES_AHEAD * this.#frameBytes - this.#given;
    if (missing <= 0) return;
    const said = this.#voice(missing);
    if (said.length > 0) this.#give(said);
  }

  #give(bytes: Uint8Array): void {
    this.#given += bytes.length;
    this.#audio.push(bytes);
  }
}
