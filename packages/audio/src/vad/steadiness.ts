import { SPEECH_FRAME_SAMPLES } from '../speech/utterance.js';

/** Lags of the autocorrelation that describe a frame's spectrum: 2 ms at 8 kHz. */
const LAGS = 16;
/** How many earlier frames a frame is held against: two tones 40 Hz apart repeat every 100 ms. */
const REMEMBERED = 5;
/** Two frames sound the same when their levels differ by less … */
const SAME_LEVEL_DB = 1;
/** … and their normalised autocorrelations by less, RMS. Measured: tones 10 dB above noise up to 0.03, speech 0.06 to 0.14 in the median of a voice. */
const SAME_SHAPE = 0.04;

interface Portrait {
  levelDb: number;
  readonly shape: Float64Array;
}

/**
 * Tells sound that stays as it is from speech. The vocal tract never holds still for long: a frame that sounds like
 * one of the five before it is part of a tone, of DTMF or of a held chord. Single frames of speech are taken for
 * steady too, which costs little: one break delays an onset by some frames, and no release is that short.
 */
export class Steadiness {
  readonly #window = Float64Array.from({ length: SPEECH_FRAME_SAMPLES }, (_, i) =>
    Math.sin((Math.PI * (i + 0.5)) / SPEECH_FRAME_SAMPLES),
  );
  readonly #windowed = new Float64Array(SPEECH_FRAME_SAMPLES);
  readonly #past: Portrait[] = Array.from({ length: REMEMBERED }, () => ({
    levelDb: Number.NEGATIVE_INFINITY,
    shape: new Float64Array(LAGS),
  }));
  #current: Portrait = { levelDb: 0, shape: new Float64Array(LAGS) };

  /** Takes the next frame of 160 samples; true when it sounds like one shortly before. */
  update(pcm: Int16Array): boolean {
    this.#portray(pcm, this.#current);
    let steady = false;
    for (const earlier of this.#past) steady ||= soundsTheSame(earlier, this.#current);
    const oldest = this.#past.shift();
    this.#past.push(this.#current);
    if (oldest) this.#current = oldest;
    return steady;
  }

  #portray(pcm: Int16Array, portrait: Portrait): void {
    const windowed = this.#windowed;
    let energy = 0;
    for (let i = 0; i < windowed.length; i++) {
      const value = (pcm[i] ?? 0) * (this.#window[i] ?? 0);
      windowed[i] = value;
      energy += value * value;
    }
    portrait.levelDb = 10 * Math.log10(energy);
    for (let lag = 1; lag <= LAGS; lag++) {
      let sum = 0;
      for (let i = lag; i < windowed.length; i++) sum += (windowed[i] ?? 0) * (windowed[i - lag] ?? 0);
      portrait.shape[lag - 1] = energy === 0 ? 0 : sum / energy;
    }
  }
}

function soundsTheSame(a: Portrait, b: Portrait): boolean {
  if (!(Math.abs(a.levelDb - b.levelDb) < SAME_LEVEL_DB)) return false;
  let squares = 0;
  for (let i = 0; i < LAGS; i++) squares += ((a.shape[i] ?? 0) - (b.shape[i] ?? 0)) ** 2;
  return squares < SAME_SHAPE * SAME_SHAPE * LAGS;
}
