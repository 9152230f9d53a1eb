import { audioError } from '../error.js';
import { rmsDbfs } from '../level.js';
import { DEFAULT_MIN_DBFS } from '../speech/energy.js';
import { NoiseFloor } from '../speech/noise-floor.js';
import {
  createUtteranceDetector,
  type UtteranceDetector,
  type UtteranceOptions,
} from '../speech/utterance.js';
import { createEvidence } from './evidence.js';
import { createFvad, type WebRtcVadMode } from './fvad.js';

/** Options of `createWebRtcVad`. */
export interface WebRtcVadOptions extends UtteranceOptions {
  /** Speech without a break that starts an utterance, in milliseconds; default 20. */
  readonly onsetMs?: number;
  /** How eagerly WebRTC takes sound for speech, 0 most to 3 least; default 1, since 2 and 3 miss some voices' first words. */
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

/** One frame: the recognizer has weighed those before it. */
const DEFAULT_ONSET_MS = 20;
/** Less than by loudness alone, since more judges must agree; still above the swings of line noise. */
const DEFAULT_THRESHOLD_DB = 3;
/** The least evidence with which an utterance starts … */
const START_EVIDENCE = 4;
/** … and with which it goes on, or has gone on since before that. */
const STAY_EVIDENCE = -4;

/**
 * Voice activity by four judges: a frame belongs to an utterance when it stands out from the noise of the line, WebRTC's
 * detector finds a voice in it, and two recognizers together find it to be speech rather than music, a tone or noise.
 *
 * @throws AudioError `AUDIO_WASM` when the WebAssembly module cannot be loaded; `AUDIO_BAD_ARGUMENT` for a mode or a
 *   time out of range
 */
export async function createWebRtcVad(options: WebRtcVadOptions = {}): Promise<WebRtcVad> {
  const { mode = 1, thresholdDb = DEFAULT_THRESHOLD_DB, minDbfs = DEFAULT_MIN_DBFS } = options;
  if (![0, 1, 2, 3].includes(mode)) {
    throw audioError('AUDIO_BAD_ARGUMENT', `WebRTC VAD: mode is ${mode}, it must be 0, 1, 2 or 3.`);
  }
  const noise = new NoiseFloor();
  const evidence = await createEvidence();
  let closed = false;
  let isVoice: (pcm: Int16Array) => boolean = refuse;
  // Before the memory is taken, so that a bad option leaves none behind.
  const detector: UtteranceDetector = createUtteranceDetector(
    (pcm) => {
      // All learn from every frame: none may be skipped because another has already said no.
      const voiced = isVoice(pcm);
      const level = rmsDbfs(pcm);
      const loud = level >= Math.max(noise.update(level) + thresholdDb, minDbfs);
      const found = evidence.update(pcm, loud);
      if (!loud || !voiced || found <= STAY_EVIDENCE) return false;
      return detector.speaking || found > START_EVIDENCE || 'perhaps';
    },
    { onsetMs: DEFAULT_ONSET_MS, ...options },
  );
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
