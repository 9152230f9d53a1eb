import { NoiseFloor, rmsDbfs } from '@hookline/audio';
import { createFvad, type WebRtcVadMode } from './fvad.js';

/** Options of a gate. */
export interface SpeechGateOptions {
  readonly mode: WebRtcVadMode;
  readonly thresholdDb: number;
  readonly minDbfs: number;
}

/** The cheap first stage: open if 20 ms exceed the line noise and WebRTC's detector finds a voice in them. */
export interface SpeechGate {
  /** Takes the next 160 samples. */
  isOpen(pcm: Int16Array): boolean;
  /** Frees the WebAssembly memory. Call it once. */
  free(): void;
}

/** @throws VadError `VAD_WASM` when WebRTC's detector cannot be loaded */
export async function createSpeechGate(options: SpeechGateOptions): Promise<SpeechGate> {
  const noise = new NoiseFloor();
  const fvad = await createFvad(options.mode);
  return {
    isOpen(pcm) {
      // Both adapt to every frame, so neither may be skipped if the other rejects the frame.
      const voiced = fvad.isSpeech(pcm);
      const level = rmsDbfs(pcm);
      const loud = level >= Math.max(noise.update(level) + options.thresholdDb, options.minDbfs);
      return loud && voiced;
    },
    free: () => fvad.free(),
  };
}
