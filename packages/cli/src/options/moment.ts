import type { Moment } from '@hookline/client';
import { UsageError } from '../usage-error.js';
import { parseTime } from './time.js';

/**
 * Splits `WHAT@WHEN`: `1234#@3s` is 3 s after the call opened, `stop.wav@playback+700ms` is 700 ms after the
 * first playback of the bot began, `1@playback2+1s` a second after the second. Without `@WHEN`: as soon as the call is open.
 *
 * @throws UsageError naming the option
 */
export function parseMoment(text: string, option: string): { what: string; when: Moment } {
  const at = text.lastIndexOf('@');
  const what = at < 0 ? text : text.slice(0, at);
  if (what === '') throw new UsageError(`${option} has nothing before "@"; got ${JSON.stringify(text)}.`);
  if (at < 0) return { what, when: { from: 'opened', afterMs: 0 } };
  const when = text.slice(at + 1);
  const playback = /^playback([1-9]\d{0,3})?(?:\+(.+))?$/.exec(when);
  if (playback) {
    const [, nth = '1', after] = playback;
    return { what, when: { from: Number(nth), afterMs: after === undefined ? 0 : parseTime(after, option) } };
  }
  return { what, when: { from: 'opened', afterMs: parseTime(when, option) } };
}
