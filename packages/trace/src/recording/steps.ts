import { SAMPLES_PER_MS, sampleBytes } from '@hookline/audio';
import type { TraceHeader } from '../format/header.js';
import type { AudioRow, TraceRow } from '../format/row.js';
import { createCallMedia, headerMedia } from '../message/call-media.js';
import { readMessage } from '../message/read-message.js';
import { laneOf } from '../vantage.js';
import { type PlannedPiece, planPlayback } from './playback-plan.js';

type Message = Extract<TraceRow, { kind: 'message' }>;

/** A step of a recording, in chronological order; audio as a part of `caller.raw` or `bot.raw`. */
export type RecordingStep =
  | { readonly kind: 'event'; readonly t: number; readonly row: Message }
  | {
      readonly kind: 'caller' | 'heard';
      readonly t: number;
      readonly offset: number;
      readonly length: number;
    };

/** Long enough for few steps, and short enough to keep both sides aligned. */
const PART_MS = 200;

/**
 * The steps of the recording of a trace, with an estimate from the playback messages of what was heard.
 *
 * @param botBytes - the length of `bot.raw`
 */
export function recordingSteps(
  header: TraceHeader,
  rows: readonly TraceRow[],
  botBytes: number,
): RecordingStep[] {
  const media = createCallMedia(headerMedia(header));
  const steps: RecordingStep[] = [];
  for (const row of rows) {
    if (row.kind === 'message') {
      media.see(readMessage(laneOf(header.vantage, row.dir), row.text));
      steps.push({ kind: 'event', t: row.t, row });
    } else if (row.kind === 'audio' && laneOf(header.vantage, row.dir) === 'caller') {
      // Not as arguments of one call: a peer may send more frames than a call can have.
      for (const step of callerFrames(row)) steps.push(step);
    }
  }
  const bytes = sampleBytes(media.media.format);
  for (const piece of planPlayback(header, rows, botBytes)) {
    for (const step of parts(piece, bytes)) steps.push(step);
  }
  return steps.sort((a, b) => a.t - b.t);
}

function* callerFrames(row: AudioRow): Generator<RecordingStep> {
  let offset = row.offset;
  for (const [index, length] of row.sizes.entries()) {
    yield { kind: 'caller', t: row.t + (row.arrivalsMs[index] ?? 0), offset, length };
    offset += length;
  }
}

function* parts({ t, offset, length }: PlannedPiece, bytes: number): Generator<RecordingStep> {
  const bytesPerMs = SAMPLES_PER_MS * bytes;
  for (let at = 0; at < length; at += PART_MS * bytesPerMs) {
    const part = Math.min(PART_MS * bytesPerMs, length - at);
    yield { kind: 'heard', t: t + at / bytesPerMs, offset: offset + at, length: part };
  }
}
