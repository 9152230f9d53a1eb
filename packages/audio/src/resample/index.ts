export { Resampler, type ResamplerOptions, resample } from './resampler.js';
export { toMulaw8k, toPcm8k } from './wav.js';
