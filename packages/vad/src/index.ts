export type { UtteranceEvent } from '@hookline/audio';
export { createVad, type Vad, type VadModel, type VadOptions } from './create-vad.js';
export type { VadError, VadErrorCode } from './error.js';
export type { WebRtcVadMode } from './fvad.js';
