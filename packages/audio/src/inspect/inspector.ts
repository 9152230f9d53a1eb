import { checkArgument } from '@hookline/runtime';
import { Framer } from '../framer.js';
import { BYTES_PER_MS } from '../telephone.js';
import { alawCheck } from './alaw.js';
import { checkConstantByte } from './constant-byte.js';
import { checkClipping, dcOffsetCheck } from './distortion.js';
import type { AudioFinding, AudioFindingCode, WindowCheck } from './finding.js';
import { checkContainerHeader, checkText, HEADER_BYTES } from './foreign-content.js';
import { checkPcm16 } from './pcm16.js';

/** Inspects bytes that are sent as 8 kHz mono µ-law and reports common mistakes. */
export interface AudioInspector {
  /** Adds the next bytes. They are inspected in windows of half a second and not kept. */
  push(bytes: Uint8Array): void;
  /** The findings so far, each code once, in order of discovery. */
  findings(): readonly AudioFinding[];
}

/** Half a second: long enough to tell noise from speech, short enough for a short prompt. */
const WINDOW_BYTES = 4000;
/** Findings which show that the bytes are not µ-law. */
const NO_MULAW: readonly AudioFindingCode[] = ['pcm16-as-mulaw', 'alaw-as-mulaw', 'text'];

/**
 * Finds a file header or text instead of audio, the wrong kind of silence, PCM16 or A-law sent as µ-law, clipping and
 * DC offset. Speech, tones and silence give no finding. A wrong sample rate is not among them: slowed-down speech
 * cannot be distinguished from a low voice without false alarms; the pace at which bytes arrive shows it.
 */
export function createAudioInspector(): AudioInspector {
  return new WindowInspector();
}

class WindowInspector implements AudioInspector {
  readonly #found = new Map<AudioFindingCode, AudioFinding>();
  readonly #start = new Uint8Array(HEADER_BYTES);
  #startFilled = 0;
  #windows = 0;
  /** False after the bytes are known not to be µ-law, because other findings would be consequences. */
  #isAudio = true;
  readonly #framer = new Framer({ frameBytes: WINDOW_BYTES }, (window) => this.#checkWindow(window));
  /** In order of priority: after the first finding in a window the later checks are skipped. */
  readonly #checks: readonly WindowCheck[] = [
    checkText,
    checkConstantByte,
    checkPcm16,
    alawCheck(),
    checkClipping,
    dcOffsetCheck(),
  ];

  push(bytes: Uint8Array): void {
    checkArgument('AUDIO_BAD_ARGUMENT', 'AudioInspector: bytes', bytes, 'bytes');
    if (this.#startFilled < this.#start.length) this.#checkStart(bytes);
    if (this.#isAudio) this.#framer.push(bytes);
  }

  findings(): readonly AudioFinding[] {
    return [...this.#found.values()];
  }

  #checkStart(bytes: Uint8Array): void {
    const part = bytes.subarray(0, this.#start.length - this.#startFilled);
    this.#start.set(part, this.#startFilled);
    this.#startFilled += part.length;
    if (this.#found.size > 0) return;
    const wrong = checkContainerHeader(this.#start.subarray(0, this.#startFilled));
    if (!wrong) return;
    this.#found.set(wrong.finding.code, wrong.finding);
    this.#isAudio = wrong.samplesFollow;
  }

  #checkWindow(window: Uint8Array): void {
    const atMs = (this.#windows++ * WINDOW_BYTES) / BYTES_PER_MS;
    for (const check of this.#checks) {
      const finding = check(window, atMs);
      if (!finding) continue;
      if (!this.#found.has(finding.code)) this.#found.set(finding.code, finding);
      break;
    }
    if (NO_MULAW.some((code) => this.#found.has(code))) this.#isAudio = false;
  }
}
