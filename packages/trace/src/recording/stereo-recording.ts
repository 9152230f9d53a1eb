import { writeWav } from '@hookline/audio';
import { MEDIA_RATE, type WireSink } from '@hookline/protocol';
import { checkOptionNames } from '@hookline/runtime';
import { laneOf } from '../vantage.js';
import { StereoLanes } from './stereo-lanes.js';
import { CallTimeline, RECORDING_OPTIONS, type RecordingOptions } from './timeline.js';

/** Records the events of a call as a WAV file. */
export interface StereoRecording extends Required<WireSink> {
  /**
   * Adds bot audio as on the wire, for calls in which the client did not report what was heard: the caller is estimated
   * to have heard it from `t` on.
   */
  estimated(t: number, bytes: Uint8Array): void;
  /** Ends the recording and returns it: PCM16 at 8000 Hz, left the caller, right the bot. */
  wav(): Uint8Array;
}

/**
 * Records a call in memory: left the caller, right the bot as heard, with the samples of the wire on a common time base
 * whose 0 is the start of the caller's stream (see `recordingStart`). Two bytes per sample and side: about 2 MB per minute.
 */
export function createStereoRecording(options: RecordingOptions = {}): StereoRecording {
  checkOptionNames<RecordingOptions>(
    'TRACE_BAD_OPTION',
    'createStereoRecording: ',
    options,
    RECORDING_OPTIONS,
  );
  const { vantage = 'client' } = options;
  const timeline = new CallTimeline(options);
  const lanes = new StereoLanes();
  return {
    event: (event) => timeline.event(event),
    audio(dir, t, bytes) {
      if (laneOf(vantage, dir) === 'caller') lanes.put(timeline.caller(t, bytes));
    },
    heard: (t, bytes) => lanes.put(timeline.heard(t, bytes)),
    estimated: (t, bytes) => lanes.put(timeline.estimated(t, bytes)),
    wav: () => writeWav({ codec: 'pcm16', rate: MEDIA_RATE, channels: 2, data: lanes.take(lanes.buffered) }),
  };
}
