// The exports without schemas, for web pages: schemas and TypeBox are about 180 kB minified, this is about 6 kB.
export { type AudioRuns, audioRuns } from './audio-runs.js';
export {
  type DurationStyle,
  durationFromMs,
  durationFromNs,
  durationToMs,
  durationToNs,
} from './duration.js';
export {
  bytesPerMs,
  bytesPerSample,
  chooseMedia,
  MEDIA_CHANNELS,
  MEDIA_FORMATS,
  MEDIA_RATE,
  type MediaChannel,
  type MediaFormat,
  PCMU_EXTERNAL,
  sameMedia,
} from './media.js';
export type { MediaOffer, MediaParameter } from './messages/media.js';
export {
  createRedactor,
  PLACEHOLDER_API_KEY,
  REDACTIONS,
  type Redactable,
  type Redactor,
  redactEvent,
  secretForms,
} from './redaction.js';
export type { AudioRun, Direction, WireEvent, WireSink } from './wire-event.js';
