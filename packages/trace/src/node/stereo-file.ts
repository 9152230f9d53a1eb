import { encodeL16, SAMPLES_PER_MS, wavHeader } from '@hookline/audio';
import { MEDIA_RATE, type WireSink } from '@hookline/protocol';
import { StereoLanes } from '../recording/stereo-lanes.js';
import { CallTimeline, type RecordingOptions } from '../recording/timeline.js';
import { laneOf } from '../vantage.js';
import type { AppendFile } from './append-file.js';

const SAMPLE_BYTES = 4;
/** How far one side may be behind the other. A process that was blocked reports late, but in order. */
const SLACK_SAMPLES = 4000 * SAMPLES_PER_MS;
/** The size of a write. */
const PART_SAMPLES = 1000 * SAMPLES_PER_MS;

/** Writes the stereo WAV file of a call while it lasts. The file is playable at any time. */
export class StereoFile implements Required<WireSink> {
  readonly #file: AppendFile;
  readonly #callerDir: 'in' | 'out';
  readonly #timeline: CallTimeline;
  readonly #lanes = new StereoLanes();
  readonly #headerBytes: number;

  constructor(file: AppendFile, options: RecordingOptions) {
    const { vantage = 'client' } = options;
    this.#file = file;
    this.#callerDir = laneOf(vantage, 'in') === 'caller' ? 'in' : 'out';
    this.#timeline = new CallTimeline(options);
    const header = headerOf(0);
    this.#headerBytes = header.length;
    file.append(header);
  }

  event(event: Parameters<WireSink['event']>[0]): void {
    this.#timeline.event(event);
  }

  audio(dir: 'in' | 'out', t: number, bytes: Uint8Array): void {
    if (dir !== this.#callerDir) return;
    this.#lanes.put(this.#timeline.caller(t, bytes));
    this.#write(SLACK_SAMPLES);
  }

  heard(t: number, bytes: Uint8Array): void {
    this.#lanes.put(this.#timeline.heard(t, bytes));
    this.#write(SLACK_SAMPLES);
  }

  /** Adds bot audio as on the wire that the caller is estimated to have heard from `t` on. */
  estimated(t: number, bytes: Uint8Array): void {
    this.#lanes.put(this.#timeline.estimated(t, bytes));
    this.#write(SLACK_SAMPLES);
  }

  /** Writes the rest and closes the file. @throws HooklineError `TRACE_EXISTS`, `TRACE_WRITE` */
  close(): Promise<void> {
    this.#write(0);
    return this.#file.close();
  }

  /** Writes everything except the last `kept` samples. */
  #write(kept: number): void {
    const enough = kept === 0 ? 1 : kept + PART_SAMPLES;
    if (this.#lanes.buffered < enough) return;
    while (this.#lanes.buffered > kept) {
      const most = this.#lanes.buffered - kept;
      const silent = Math.min(most, this.#lanes.silent);
      if (silent > PART_SAMPLES) {
        this.#lanes.skip(silent);
        this.#file.appendZeros(silent * SAMPLE_BYTES);
      } else {
        this.#file.append(encodeL16(this.#lanes.take(Math.min(PART_SAMPLES, most))));
      }
    }
    // The header is updated as the file grows, so that the file stays valid if the process crashes.
    this.#file.overwrite(0, headerOf(this.#file.size - this.#headerBytes));
  }
}

function headerOf(dataBytes: number): Uint8Array {
  return wavHeader({
    codec: 'pcm16',
    rate: MEDIA_RATE,
    channels: 2,
    dataBytes: dataBytes - (dataBytes % SAMPLE_BYTES),
  });
}
