import { describe, MEDIA_RATE } from '@hookline/protocol';
import { type NumberRule, numberFault } from '@hookline/runtime';
import { checkNames, serverError } from '../error.js';
import { SOURCE_RATE } from '../source/source.js';
import { checkBoolean } from '../user-code/user-code-check.js';
import type { PlayOptions } from './playback.js';
import type { StreamOptions } from './stream.js';

/** The maximum lead of a playback: a source is not read further ahead than this. */
export const MAX_LEAD_MS = 1000;

/** The maximum and the default of unsent audio of a stream. */
export const MAX_STREAM_MS = 3_600_000;
const DEFAULT_STREAM_MS = 300_000;

/** The names of the options of `play`. */
export const PLAY_OPTIONS = { format: true, bargeIn: true, leadMs: true };

/** @param where - the method that was called, for messages @throws HooklineError `SERVER_BAD_OPTION` */
export function checkPlayOptions(where: string, { format, leadMs, bargeIn }: PlayOptions): void {
  checkBoolean(`${where}: bargeIn`, bargeIn);
  if (format !== undefined && format !== 'PCMU' && format !== 'L16') {
    throw serverError(
      'SERVER_BAD_OPTION',
      `${where}: format is ${describe(format)}; it must be "PCMU" or "L16".`,
    );
  }
  checkNumber(where, 'leadMs', leadMs, { min: 0, max: MAX_LEAD_MS });
}

/** The options of a stream with their defaults. @throws HooklineError `SERVER_BAD_OPTION` */
export function streamOptions(options: StreamOptions): StreamOptions & { readonly maxMs: number } {
  checkNames<StreamOptions>('stream: ', options, { ...PLAY_OPTIONS, rate: true, maxMs: true });
  checkPlayOptions('stream', options);
  const { format, rate, maxMs = DEFAULT_STREAM_MS } = options;
  checkNumber('stream', 'rate', rate, SOURCE_RATE);
  checkNumber('stream', 'maxMs', maxMs, { above: 0, max: MAX_STREAM_MS });
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

function checkNumber(where: string, name: string, value: number | undefined, rule: NumberRule): void {
  const fault = value === undefined ? undefined : numberFault(`${where}: ${name}`, value, rule);
  if (fault) throw serverError('SERVER_BAD_OPTION', `${fault}.`);
}
