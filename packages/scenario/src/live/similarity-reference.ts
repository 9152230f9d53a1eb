import { BYTES_PER_MS } from '@hookline/audio';
import { END_SILENCE_MS, SoundDetector } from './sound-detector.js';

/** A pause that ends an utterance, in milliseconds since the start of the file. */
interface EndingPause {
  readonly fromMs: number;
  readonly ms: number;
}

/** What a file of `sounds_like` is compared with, and why it may differ although the bot plays that file. */
export interface SimilarityReference {
  /** From the first sound to the last, like the heard audio. */
  readonly audio: Uint8Array;
  /** The first pause at which the heard audio of this file would end. */
  readonly pause: EndingPause | undefined;
}

/** Cuts a reference like the audio of the bot is cut, so that silence at its start or end makes no difference. */
export function similarityReference(file: Uint8Array): SimilarityReference {
  const detector = new SoundDetector(false);
  detector.push(0, file);
  const { sounds } = detector;
  const pauses = sounds.slice(1).map(({ startMs }, index) => {
    const fromMs = sounds[index]?.endMs ?? 0;
    return { fromMs, ms: startMs - fromMs };
  });
  return {
    audio: file.subarray(
      Math.round((sounds[0]?.startMs ?? 0) * BYTES_PER_MS),
      Math.round((sounds.at(-1)?.endMs ?? 0) * BYTES_PER_MS),
    ),
    pause: pauses.find(({ ms }) => ms >= END_SILENCE_MS),
  };
}
