export type { Dial, TlsOptions } from '@hookline/client';
export type { Clock } from '@hookline/runtime';
export type { Launch } from './call/target.js';
export type { StudioError, StudioErrorCode } from './error.js';
export { type Studio, type StudioOptions, startStudio } from './studio.js';
