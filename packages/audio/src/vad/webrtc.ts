import { audioError } from '../error.js';
import { rmsDbfs } from '../level.js';
import { DEFAULT_MIN_DBFS } from '../speech/energy.js';
import { NoiseFloor } from '../speech/noise-floor.js';
import {
  createUtteranceDetector,
  type UtteranceDetector,
  type UtteranceOptions,
} from '../speech/utterance.js';
import { createFvad, type WebRtcVadMode } from './fvad.js';
import { Steadiness } from './steadiness.js';

/** Options of `createWebRtcVad`. */
export interface WebRtcVadOptions extends UtteranceOptions {
  /** How eagerly sound is taken for speech, from 0 (misses least) to 3 (errs least); default 3. */
  readonly mode?: WebRtcVadMode;
  /** How far above the noise floor speech is at least, in dB; default 3. */
  readonly thresholdDb?: number;
  /** Below this nothing is speech, in dBFS RMS of 20 ms; default −40. */
  readonly minDbfs?: number;
}

/** An utterance detector that holds WebAssembly memory. */
export interface WebRtcVad extends UtteranceDetector {
  /** Gives the memory back; no other method may be called after. Idempotent. */
  close(): void;
}

/** Less than by loudness alone, since two more judges must agree; still above the swings of line noise. */
const DEFAULT_THRESHOLD_DB = 3;

/**
 * Voice activity by WebRTC's detector, with three guards: a frame must also be above the noise floor, above
 * `minDbfs`, and must not sound like one of the five before it. So a tone or DTMF starts no utterance, and one that
 * has started ends when a tone follows. Music, tones that beat slowly (ringback), and a line that suddenly turns noisy
 * can still start one.
 *
 * @throws AudioError `AUDIO_WASM` when the WebAssembly module cannot be loaded; `AUDIO_BAD_ARGUMENT` for a mode or a
 *   time out of range
 */
export async function createWebRtcVad(options: WebRtcVadOptions = {}): Promise<WebRtcVad> {
  const { mode = 3, thresholdDb = DEFAULT_THRESHOLD_DB, minDbfs = DEFAULT_MIN_DBFS } = options;
  if (![0, 1, 2, 3].includes(mode)) {
    throw audioError('AUDIO_BAD_ARGUMENT', `WebRTC VAD: mode is ${mode}, it must be 0, 1, 2 or 3.`);
  }
  const noise = new NoiseFloor();
  const steadiness = new Steadiness();
  let closed = false;
  let isVoice: (pcm: Int16Array) => boolean = refuse;
  // Before the memory is taken, so that a bad option leaves none behind.
  const detector = createUtteranceDetector((pcm) => {
    // All three learn from every frame: none may be skipped because another has already said no.
    const voiced = isVoice(pcm);
    const steady = steadiness.update(pcm);
    const level = rmsDbfs(pcm);
    const loud = level >= Math.max(noise.update(level) + thresholdDb, minDbfs);
    return voiced && loud && !steady;
  }, options);
  const fvad = await createFvad(mode);
  isVoice = fvad.isSpeech;
  return {
    get speaking() {
      return detector.speaking;
    },
    push: (mulaw) => detector.push(mulaw),
    pushPcm: (pcm) => detector.pushPcm(pcm),
    flush: () => detector.flush(),
    close() {
      if (closed) return;
      closed = true;
      isVoice = refuse;
      fvad.free();
    },
  };
}

function refuse(): never {
  throw audioError('AUDIO_CLOSED', 'This WebRTC VAD has been closed; create one for each stream.');
}
