import { Recognizer } from './recognizer.js';
import { createSilero, type Silero } from './silero/silero.js';

/**
 * How much Silero's log odds count beside those of our own recognizer. Added up they tell speech from music better than
 * either alone: ours knows a voice sooner and what belongs to a telephone line, Silero's knows more voices and music.
 */
const SILERO_WEIGHT = 2;
/** No further than this may Silero's be against speech: of music that is over it stays sure for a second. */
const SILERO_LEAST = -2;
/** Frames of quiet after which Silero begins anew, for the same reason … */
const QUIET_FRAMES = 16;
/** … when its log odds are below this; otherwise what it knows of the line lets it find the next word sooner. */
const SURE_OF_NO_SPEECH = -8;

/** The evidence for speech, from both recognizers. */
export class Evidence {
  readonly #recognizer = new Recognizer();
  readonly #silero: Pick<Silero, 'update' | 'forget'>;
  #quietFrames = 0;

  constructor(silero: Pick<Silero, 'update' | 'forget'>) {
    this.#silero = silero;
  }

  /** Takes the next 20 ms and whether they stand out from the line's noise; above 0 there is more for speech than against. */
  update(pcm: Int16Array, loud: boolean): number {
    const odds = this.#silero.update(pcm);
    this.#quietFrames = loud ? 0 : this.#quietFrames + 1;
    if (this.#quietFrames === QUIET_FRAMES && odds < SURE_OF_NO_SPEECH) this.#silero.forget();
    return this.#recognizer.update(pcm) + SILERO_WEIGHT * Math.max(odds, SILERO_LEAST);
  }
}

/** @throws AudioError `AUDIO_WASM` when Silero's network cannot be loaded */
export async function createEvidence(): Promise<Evidence> {
  return new Evidence(await createSilero());
}
