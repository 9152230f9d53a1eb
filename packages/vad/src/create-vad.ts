import {
  createEnergyVad,
  createUtteranceDetector,
  type SpeechJudgement,
  type UtteranceDetector,
  type UtteranceOptions,
} from '@hookline/audio';
import { checkOptionNames, type OptionNames } from '@hookline/runtime';
import { vadError } from './error.js';
import type { WebRtcVadMode } from './fvad.js';
import { GatedSilero } from './silero/gated-silero.js';
import { createSilero } from './silero/silero.js';
import { SpeechDecision } from './speech-decision.js';
import { createSpeechGate } from './speech-gate.js';

/**
 * What judges whether there is speech.
 *
 * - `silero`: Silero VAD behind WebRTC's detector; tells speech from music, tones and noise
 * - `webrtc`: WebRTC's detector alone; takes music for speech, costs a tenth
 * - `energy`: loudness alone; takes any sound for speech, needs no WebAssembly
 */
export type VadModel = 'silero' | 'webrtc' | 'energy';

/** Options of `createVad`. */
export interface VadOptions extends UtteranceOptions {
  /** What judges; default `silero`. */
  readonly model?: VadModel;
  /** Speech without a break that starts an utterance, in milliseconds; default 20 with `silero`, else 60. */
  readonly onsetMs?: number;
  /** How eagerly WebRTC's detector takes sound for speech, 0 most to 3 least; default 1 with `silero`, 2 with `webrtc`. */
  readonly mode?: WebRtcVadMode;
  /** How far above the noise floor speech is at least, in dB; default 3, with `energy` 6. */
  readonly thresholdDb?: number;
  /** Below this nothing is speech, in dBFS RMS of 20 ms; default −40. */
  readonly minDbfs?: number;
}

/** An utterance detector that may hold WebAssembly memory. */
export interface Vad extends UtteranceDetector {
  /** Gives the memory back; no other method may be called after. Idempotent. */
  close(): void;
}

/** Less than by loudness alone, since WebRTC's detector must agree; still above the swings of line noise. */
const THRESHOLD_DB = 3;
/** Line noise is seldom above −45 dBFS, the vowels of a quiet caller are seldom below −35. */
const MIN_DBFS = -40;
/** Modes 2 and 3 miss the first words of some voices; alone, 0 and 1 take too much noise for speech. */
const MODES = { silero: 1, webrtc: 2 } as const;
const ONSET_MS = { silero: 20, webrtc: 60 } as const;
/** How long Silero runs on after the gate has closed. Longer than the gaps in most music, shorter than a turn's pause. */
const HOLD_FRAMES = 16;

const VAD_OPTIONS: OptionNames<VadOptions> = {
  model: true,
  mode: true,
  thresholdDb: true,
  minDbfs: true,
  onsetMs: true,
  releaseMs: true,
};

/** Judges 20 ms at 8 kHz. */
interface Judge {
  judge(pcm: Int16Array, speaking: boolean): SpeechJudgement;
  free(): void;
}

/**
 * Makes a detector for one stream of 8 kHz mono audio. WebAssembly modules are loaded at the first call, from the
 * program itself: no file is read.
 *
 * @throws VadError `VAD_BAD_ARGUMENT` for a model or mode that is none, `VAD_WASM` when a module cannot be loaded;
 *   AudioError `AUDIO_BAD_ARGUMENT` for a time that is not above 0
 */
export async function createVad(options: VadOptions = {}): Promise<Vad> {
  checkOptionNames<VadOptions>('VAD_BAD_ARGUMENT', 'createVad: ', options, VAD_OPTIONS);
  const { model = 'silero' } = options;
  if (options.mode !== undefined && ![0, 1, 2, 3].includes(options.mode)) {
    throw vadError('VAD_BAD_ARGUMENT', `createVad: mode is ${options.mode}, it must be 0, 1, 2 or 3.`);
  }
  switch (model) {
    case 'energy': {
      // WebRTC's mode has no meaning here.
      const { model: _, mode: __, ...energy } = options;
      return closable(createEnergyVad(energy), () => {});
    }
    case 'webrtc':
    case 'silero':
      return judgedBy(model, options);
    default:
      throw vadError(
        'VAD_BAD_ARGUMENT',
        `createVad: model is ${JSON.stringify(model)}, it must be 'silero', 'webrtc' or 'energy'.`,
      );
  }
}

async function judgedBy(model: 'silero' | 'webrtc', options: VadOptions): Promise<Vad> {
  let judge: Judge | undefined;
  // Before the memory is taken, so that a bad option leaves none behind.
  const detector: UtteranceDetector = createUtteranceDetector(
    (pcm) => judge?.judge(pcm, detector.speaking) ?? false,
    {
      onsetMs: options.onsetMs ?? ONSET_MS[model],
      ...(options.releaseMs === undefined ? {} : { releaseMs: options.releaseMs }),
    },
  );
  judge = await (model === 'silero' ? sileroJudge(options) : webrtcJudge(options));
  return closable(detector, () => judge?.free());
}

function gateOf(model: 'silero' | 'webrtc', options: VadOptions) {
  const { mode = MODES[model], thresholdDb = THRESHOLD_DB, minDbfs = MIN_DBFS } = options;
  return createSpeechGate({ mode, thresholdDb, minDbfs });
}

async function webrtcJudge(options: VadOptions): Promise<Judge> {
  const gate = await gateOf('webrtc', options);
  return { judge: (pcm) => gate.isOpen(pcm), free: () => gate.free() };
}

async function sileroJudge(options: VadOptions): Promise<Judge> {
  const silero = new GatedSilero(await createSilero(), HOLD_FRAMES);
  const gate = await gateOf('silero', options);
  const decision = new SpeechDecision();
  return {
    judge(pcm, speaking) {
      const open = gate.isOpen(pcm);
      return decision.decide(open, silero.update(pcm, open), speaking);
    },
    free: () => gate.free(),
  };
}

function closable(detector: UtteranceDetector, free: () => void): Vad {
  let closed = false;
  const open = () => {
    if (closed) throw vadError('VAD_CLOSED', 'This detector has been closed; create one for each stream.');
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
