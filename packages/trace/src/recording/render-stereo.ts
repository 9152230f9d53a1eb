import { checkArgument } from '@hookline/runtime';
import type { Trace } from '../format/trace.js';
import { headerMedia } from '../message/call-media.js';
import { recordingSteps } from './steps.js';
import { createStereoRecording } from './stereo-recording.js';

/**
 * Renders the stereo WAV file of a trace, with an estimate from the playback messages of what was heard; for a trace
 * without `call.wav`, or with another vantage than the client.
 *
 * @returns PCM16 at 8000 Hz, left the caller, right the bot
 */
export function renderStereo(trace: Trace): Uint8Array {
  checkArgument('TRACE_BAD_OPTION', 'renderStereo: trace', trace, { header: 'object', rows: 'list' });
  const { header, rows, caller, bot } = trace;
  const { vantage, byteOrder } = header;
  const recording = createStereoRecording({
    vantage,
    media: headerMedia(header),
    ...(byteOrder ? { byteOrder } : {}),
  });
  const callerDir = vantage === 'client' ? 'out' : 'in';
  for (const step of recordingSteps(header, rows, bot.length)) {
    if (step.kind === 'event') {
      recording.event(step.row);
    } else {
      const raw = step.kind === 'caller' ? caller : bot;
      const bytes = raw.subarray(step.offset, step.offset + step.length);
      if (step.kind === 'caller') recording.audio(callerDir, step.t, bytes);
      else recording.estimated(step.t, bytes);
    }
  }
  return recording.wav();
}
