import { NoiseFloor, rmsDbfs } from '@hookline/audio';
import { createFvad, type WebRtcVadMode } from './fvad.js';

/** Options of a gate. */
export interface SpeechGateOptions {
  readonly mode: WebRtcVadMode;
  readonly thresholdDb: number;
  readonly minDbfs: number;
}

/** The cheap half of a detector: whether 20 ms stand out from the noise of the line and WebRTC hears a voice in them. */
export interface SpeechGate {
  /** Takes the next 160 samples. */
  isOpen(pcm: Int16Array): boolean;
  /** Gives the WebAssembly memory back. To be called once. */
  free(): void;
}

/** @throws VadError `VAD_WASM` when WebRTC's detector cannot be loaded */
export async function createSpeechGate(options: SpeechGateOptions): Promise<SpeechGate> {
  const noise = new NoiseFloor();
  const fvad = await createFvad(options.mode);
  return {
    isOpen(pcm) {
      // Both learn from every frame: neither may be skipped because the other has said no.
      const voiced = fvad.isSpeech(pcm);
      const level = rmsDbfs(pcm);
      const loud = level >= Math.max(noise.update(level) + options.thresholdDb, options.minDbfs);
      return loud && voiced;
    },
    free: () => fvad.free(),
  };
}
