import type { Moment } from '@hookline/testing';
import { UsageError } from '../usage-error.js';
import { parseTime } from './time.js';

/**
 * Splits `WHAT@WHEN`: `1234#@3s` is 3 s after the call opened, `stop.wav@playback+700ms` is 700 ms after the
 * caller next hears the bot. Without `@WHEN`: as soon as the call is open.
 *
 * @throws UsageError naming the option
 */
export function parseMoment(text: string, option: string): { what: string; when: Moment } {
  const at = text.lastIndexOf('@');
  const what = at < 0 ? text : text.slice(0, at);
  if (what === '') throw new UsageError(`${option} has nothing before "@"; got ${JSON.stringify(text)}.`);
  if (at < 0) return { what, when: { from: 'opened', afterMs: 0 } };
  const when = text.slice(at + 1);
  const playback = /^playback(?:\+(.+))?$/.exec(when);
  if (playback) {
    return { what, when: { from: 'playback', afterMs: playback[1] ? parseTime(playback[1], option) : 0 } };
  }
  return { what, when: { from: 'opened', afterMs: parseTime(when, option) } };
}
