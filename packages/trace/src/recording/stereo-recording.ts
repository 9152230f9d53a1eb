import { writeWav } from '@hookline/audio';
import { MEDIA_RATE, type WireSink } from '@hookline/protocol';
import { checkOptionNames } from '@hookline/runtime';
import { laneOf } from '../vantage.js';
import { StereoLanes } from './stereo-lanes.js';
import { CallTimeline, RECORDING_OPTIONS, type RecordingOptions } from './timeline.js';

/** Takes what a client tells of a call, and makes the WAV file of it. */
export interface StereoRecording extends Required<WireSink> {
  /** Bot audio as on the wire, where nobody reported what was heard: the caller seems to have heard it from `t` on. */
  estimated(t: number, bytes: Uint8Array): void;
  /** What was recorded so far: PCM16 at 8000 Hz, left the caller, right the bot. Ends the recording. */
  wav(): Uint8Array;
}

/**
 * Records a call in memory: left the caller, right the bot as heard, sample for sample as on the wire and on one
 * time base, whose 0 is when the stream began (`opened`). Two bytes a sample and side: some 2 MB a minute.
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
    wav: () => writeWav({ codec: 'pcm16', rate: MEDIA_RATE, channels: 2, data: lanes.take(lanes.waiting) }),
  };
}
