import {
  createEnergyVad,
  createUtteranceDetector,
  type SpeechJudgement,
  type UtteranceDetector,
  type UtteranceOptions,
} from '@hookline/audio';
import { checkOptionNames, describeValue, type OptionNames } from '@hookline/runtime';
import { vadError } from './error.js';
import type { WebRtcVadMode } from './fvad.js';
import { GatedSilero } from './silero/gated-silero.js';
import { createSilero } from './silero/silero.js';
import { SpeechDecision } from './speech-decision.js';
import { createSpeechGate } from './speech-gate.js';

/**
 * The model that detects speech.
 *
 * - `silero`: Silero VAD behind WebRTC's detector; distinguishes speech from music, tones and noise
 * - `webrtc`: WebRTC's detector alone; mistakes music for speech, costs a tenth
 * - `energy`: loudness alone; mistakes any sound for speech, needs no WebAssembly
 */
export type VadModel = 'silero' | 'webrtc' | 'energy';

/** Options of `createVad`. */
export interface VadOptions extends UtteranceOptions {
  /** The model; default `silero`. */
  readonly model?: VadModel;
  /** Continuous speech that starts an utterance, in milliseconds; default 20 with `silero`, otherwise 60. */
  readonly onsetMs?: number;
  /** Mode of WebRTC's detector, from 0 (most sensitive) to 3 (least); default 1 with `silero`, 2 with `webrtc`. */
  readonly mode?: WebRtcVadMode;
  /** Minimum level of speech above the noise floor, in dB; default 3, with `energy` 6. */
  readonly thresholdDb?: number;
  /** Minimum level of speech, in dBFS RMS of 20 ms; default −40. */
  readonly minDbfs?: number;
}

/** An utterance detector that may own WebAssembly memory. */
export interface Vad extends UtteranceDetector {
  /** Frees the memory; call no other method afterwards. Idempotent. */
  close(): void;
}

/** Lower than for `energy`, since WebRTC's detector must agree; still above the fluctuation of line noise. */
const THRESHOLD_DB = 3;
/** Line noise is rarely above −45 dBFS; the vowels of a quiet caller are rarely below −35 dBFS. */
const MIN_DBFS = -40;
/** Modes 2 and 3 miss the first words of some voices; without Silero, 0 and 1 mistake too much noise for speech. */
const MODES = { silero: 1, webrtc: 2 } as const;
const ONSET_MS = { silero: 20, webrtc: 60 } as const;
/** Frames for which Silero keeps running after the gate closes: longer than the gaps in most music, shorter than the pause of a turn. */
const HOLD_FRAMES = 16;

const VAD_OPTIONS: OptionNames<VadOptions> = {
  model: true,
  mode: true,
  thresholdDb: true,
  minDbfs: true,
  onsetMs: true,
  releaseMs: true,
};

/** Classifies frames of 20 ms at 8 kHz. */
interface FrameClassifier {
  classify(pcm: Int16Array, speaking: boolean): SpeechJudgement;
  free(): void;
}

/**
 * Creates a detector for one stream of 8 kHz mono audio. WebAssembly modules are loaded at the first call, from the
 * program itself: no file is read.
 *
 * @throws VadError `VAD_BAD_ARGUMENT` for an unknown model or mode, or a level that is no number, `VAD_WASM` when a
 *   module cannot be loaded; AudioError `AUDIO_BAD_ARGUMENT` for a time that is not above 0
 */
export async function createVad(options: VadOptions = {}): Promise<Vad> {
  checkOptionNames<VadOptions>('VAD_BAD_ARGUMENT', 'createVad: ', options, VAD_OPTIONS);
  const { model = 'silero' } = options;
  if (options.mode !== undefined && ![0, 1, 2, 3].includes(options.mode)) {
    throw vadError('VAD_BAD_ARGUMENT', `createVad: mode is ${options.mode}; expected 0, 1, 2 or 3.`);
  }
  for (const name of ['thresholdDb', 'minDbfs'] as const) {
    const { [name]: value = 0 } = options;
    // Minus infinity is a level: that of silence.
    if (typeof value === 'number' && value < Number.POSITIVE_INFINITY) continue;
    throw vadError(
      'VAD_BAD_ARGUMENT',
      `createVad: ${name} is ${describeValue(value)}; expected a number of decibels.`,
    );
  }
  switch (model) {
    case 'energy': {
      // WebRTC's mode does not apply.
      const { model: _, mode: __, ...energy } = options;
      return closable(createEnergyVad(energy), () => {});
    }
    case 'webrtc':
    case 'silero':
      return createModelVad(model, options);
    default:
      throw vadError(
        'VAD_BAD_ARGUMENT',
        `createVad: model is ${JSON.stringify(model)}; expected 'silero', 'webrtc' or 'energy'.`,
      );
  }
}

async function createModelVad(model: 'silero' | 'webrtc', options: VadOptions): Promise<Vad> {
  let classifier: FrameClassifier | undefined;
  // Validate before memory is allocated, so that an invalid option leaks none.
  const detector: UtteranceDetector = createUtteranceDetector(
    (pcm) => classifier?.classify(pcm, detector.speaking) ?? false,
    {
      onsetMs: options.onsetMs ?? ONSET_MS[model],
      ...(options.releaseMs === undefined ? {} : { releaseMs: options.releaseMs }),
    },
  );
  classifier = await (model === 'silero' ? sileroClassifier(options) : webrtcClassifier(options));
  return closable(detector, () => classifier?.free());
}

function gateOf(model: 'silero' | 'webrtc', options: VadOptions) {
  const { mode = MODES[model], thresholdDb = THRESHOLD_DB, minDbfs = MIN_DBFS } = options;
  return createSpeechGate({ mode, thresholdDb, minDbfs });
}

async function webrtcClassifier(options: VadOptions): Promise<FrameClassifier> {
  const gate = await gateOf('webrtc', options);
  return { classify: (pcm) => gate.isOpen(pcm), free: () => gate.free() };
}

async function sileroClassifier(options: VadOptions): Promise<FrameClassifier> {
  const silero = new GatedSilero(await createSilero(), HOLD_FRAMES);
  const gate = await gateOf('silero', options);
  const decision = new SpeechDecision();
  return {
    classify(pcm, speaking) {
      const open = gate.isOpen(pcm);
      return decision.decide(open, silero.update(pcm, open), speaking);
    },
    free: () => gate.free(),
  };
}

function closable(detector: UtteranceDetector, free: () => void): Vad {
  let closed = false;
  const open = () => {
    if (closed) throw vadError('VAD_CLOSED', 'The detector was closed. Create one for each stream.');
    return detector;
  };
  return {
    get speaking() {
      return detector.speaking;
    },
    push: (mulaw) => open().push(mulaw),
    pushPcm: (pcm) => open().pushPcm(pcm),
    flush: () => open().flush(),
    close() {
      if (closed) return;
      closed = true;
      free();
    },
  };
}
