export { ByteQueue } from './byte-queue.js';
export type { AudioError, AudioErrorCode } from './error.js';
export { Framer, type FramerOptions } from './framer.js';
export { decodeMulaw, decodeMulawSample, encodeMulaw, encodeMulawSample, MULAW_SILENCE } from './g711.js';
export type { AudioFinding, AudioFindingCode } from './inspect/finding.js';
export { type AudioInspector, createAudioInspector } from './inspect/inspector.js';
export { type ByteOrder, decodeL16, encodeL16 } from './l16.js';
export { dbToRatio, peak, peakMulaw, ratioToDb, rmsDbfs, rmsDbfsMulaw } from './level.js';
export { deinterleave, gain, mix } from './mixing.js';
export { createEnergyVad, type EnergyVadOptions } from './speech/energy.js';
export { NoiseFloor } from './speech/noise-floor.js';
export { isLoud, ReplyClock } from './speech/reply-clock.js';
export { energyMulaw, isSound, SILENCE_DBFS } from './speech/silence.js';
export { speechDbfs } from './speech/speech-level.js';
export {
  createUtteranceDetector,
  type SpeechJudgement,
  UTTERANCE_GAP_MS,
  type UtteranceDetector,
  type UtteranceEvent,
  type UtteranceOptions,
} from './speech/utterance.js';
export {
  type AudioFormat,
  BYTES_PER_MS,
  bytesPerBlock,
  bytesPerMs,
  bytesToMs,
  decodeAudio,
  encodeAudio,
  fromMulaw,
  msToBytes,
  PCMU_MONO,
  SAMPLES_PER_MS,
  type SampleFormat,
  sampleBytes,
  silenceByte,
  TELEPHONE_RATE,
  toMulaw,
} from './telephone.js';
export { DTMF_DIGITS, type DtmfOptions, dtmf, dtmfFrequencies } from './tone/dtmf.js';
export { toneDbfs } from './tone/goertzel.js';
export { type SineOptions, sine } from './tone/sine.js';
export type { WavCodec, WavEncoding } from './wav/encoding.js';
export { type WavEnd, type WavLayout, type WavPatch, wavEnd, wavHeader } from './wav/header.js';
export { readWav, type Wav } from './wav/read.js';
export { createWavReader, type WavReader } from './wav/reader.js';
export { toMono } from './wav/samples.js';
export { type ByteGuess, type ByteKind, sniffBytes } from './wav/sniff.js';
export { type WavContent, writeWav } from './wav/write.js';
