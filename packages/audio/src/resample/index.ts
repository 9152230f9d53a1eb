export { resample } from './resample.js';
export { Resampler, type ResamplerOptions } from './resampler.js';
export { toMulaw8k, toPcm8k } from './wav.js';
