import { decodeMulaw, rmsDbfs } from '@hookline/audio';

const SPEECH_DBFS = -40;
/** Silence that ends an utterance, in bytes of µ-law. */
const RELEASE_BYTES = 4800;

/** Detects when the caller starts and stops speaking. Accepts µ-law with one channel only. */
export class SpeechListener {
  readonly #onSpeech: (speaking: boolean) => void;
  #speaking = false;
  #quietBytes = 0;

  constructor(onSpeech: (speaking: boolean) => void) {
    this.#onSpeech = onSpeech;
  }

  push(mulaw: Uint8Array): void {
    if (mulaw.length === 0) return;
    if (rmsDbfs(decodeMulaw(mulaw)) > SPEECH_DBFS) {
      this.#quietBytes = 0;
      if (!this.#speaking) {
        this.#speaking = true;
        this.#onSpeech(true);
      }
      return;
    }
    this.#quietBytes += mulaw.length;
    if (this.#speaking && this.#quietBytes >= RELEASE_BYTES) {
      this.#speaking = false;
      this.#onSpeech(false);
    }
  }
}
