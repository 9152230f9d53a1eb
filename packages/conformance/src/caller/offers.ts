import { type MediaParameter, PCMU_EXTERNAL } from '@hookline/protocol';

/** What can be offered beside what production offers. */
export const PCMU_BOTH: MediaParameter = { ...PCMU_EXTERNAL, channels: ['external', 'internal'] };
export const PCMU_INTERNAL: MediaParameter = { ...PCMU_EXTERNAL, channels: ['internal'] };
export const L16_EXTERNAL: MediaParameter = { ...PCMU_EXTERNAL, format: 'L16' };
