import { MEDIA_RATE } from '@hookline/protocol';
import { checkChoice, checkNames, checkNumber, serverError } from '../error.js';
import { PCM16_RATE } from '../source/source.js';
import { checkBoolean } from '../user-code/user-code-check.js';
import type { PlayOptions } from './playback.js';
import type { StreamOptions } from './stream.js';

/** The maximum lead of a playback: a source is not read further ahead than this. */
export const MAX_LEAD_MS = 1000;

/** The maximum and the default of unsent audio of a stream. */
export const MAX_STREAM_MS = 3_600_000;
const DEFAULT_STREAM_MS = 300_000;

/** The names of the options of `play`. */
export const PLAY_OPTIONS = { format: true, bargeIn: true, yields: true, leadMs: true };

/** @param where - the method that was called, for messages @throws HooklineError `SERVER_BAD_OPTION` */
export function checkPlayOptions(where: string, { format, leadMs, bargeIn, yields }: PlayOptions): void {
  checkBoolean(`${where}: bargeIn`, bargeIn);
  checkBoolean(`${where}: yields`, yields);
  if (format !== undefined) checkChoice(`${where}: format`, format, ['PCMU', 'L16']);
  if (leadMs !== undefined) checkNumber(`${where}: leadMs`, leadMs, { min: 0, max: MAX_LEAD_MS });
}

/** The options of a stream with their defaults. @throws HooklineError `SERVER_BAD_OPTION` */
export function streamOptions(options: StreamOptions): StreamOptions & { readonly maxMs: number } {
  checkNames<StreamOptions>('stream: ', options, { ...PLAY_OPTIONS, rate: true, maxMs: true });
  checkPlayOptions('stream', options);
  const { format, rate, maxMs = DEFAULT_STREAM_MS } = options;
  if (rate !== undefined) checkNumber('stream: rate', rate, PCM16_RATE);
  checkNumber('stream: maxMs', maxMs, { above: 0, max: MAX_STREAM_MS });
  if (format !== 'PCMU' || rate === undefined) return { ...options, maxMs };
  if (rate !== MEDIA_RATE) {
    throw serverError(
      'SERVER_BAD_OPTION',
      `stream: rate is ${rate} with format "PCMU", which has ${MEDIA_RATE} samples per second; omit one of them.`,
    );
  }
  const { rate: _, ...rest } = options;
  return { ...rest, maxMs };
}
