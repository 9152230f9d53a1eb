import type { MediaParameter } from '@hookline/protocol';
import type { TraceHeader } from '../format/header.js';

/** The media that the header of a trace expects. */
export function headerMedia({ codec, rate, channels }: TraceHeader): MediaParameter {
  return { type: 'audio', format: codec, rate, channels };
}
