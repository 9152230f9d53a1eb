import { checkArgument } from '@hookline/runtime';
import type { Trace } from '../format/trace.js';
import { headerMedia } from '../message/call-media.js';
import { recordingSteps } from './steps.js';
import { CallTimeline } from './timeline.js';

/**
 * Returns when the stereo recording of a trace starts, on the time base of its rows: with `opened` (from the vantage of
 * a bot, with the first frame of the caller), or earlier by what the caller said before a late `opened`.
 *
 * @returns milliseconds; 0 if the call was not opened and has no audio
 */
export function recordingStart(trace: Trace): number {
  checkArgument('TRACE_BAD_OPTION', 'recordingStart: trace', trace, { header: 'object', rows: 'list' });
  const { header, rows, caller, bot } = trace;
  const timeline = new CallTimeline({ vantage: header.vantage, media: headerMedia(header) });
  for (const step of recordingSteps(header, rows, bot.length)) {
    if (step.kind === 'event') timeline.event(step.row);
    else if (step.kind === 'caller')
      timeline.caller(step.t, caller.subarray(step.offset, step.offset + step.length));
    else {
      timeline.estimated(step.t, bot.subarray(step.offset, step.offset + step.length));
      // Bot audio fixes the start.
      break;
    }
  }
  return timeline.beganAt ?? 0;
}
