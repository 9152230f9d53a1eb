import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { WireSink } from '@hookline/protocol';
import { checkArgument, checkOptionNames } from '@hookline/runtime';
import type { RecordingOptions } from '../recording/timeline.js';
import { AppendFile } from './append-file.js';
import { StereoFile } from './stereo-file.js';

/** Options of `createHeardRecorder`. */
export interface HeardRecorderOptions extends Omit<RecordingOptions, 'vantage'> {
  /** The WAV file. Its directory is created; an existing file is replaced. */
  readonly path: string;
}

/** A sink that records a call of the client. */
export interface HeardRecorder extends Required<WireSink> {
  /** Writes the rest and resolves with the path. Idempotent. @throws HooklineError `TRACE_WRITE` */
  close(): Promise<string>;
}

/**
 * Records a call into a WAV file while it lasts: PCM16 at 8000 Hz, left the caller, right the bot as the caller heard it.
 * Never waits for the disk and never throws into the call; memory is bounded for calls of any length.
 */
export function createHeardRecorder(options: HeardRecorderOptions): HeardRecorder {
  checkOptionNames<HeardRecorderOptions>('TRACE_BAD_OPTION', 'createHeardRecorder: ', options ?? null, {
    path: true,
    media: true,
    byteOrder: true,
  });
  checkArgument('TRACE_BAD_OPTION', 'createHeardRecorder: options', options, { path: 'path' });
  const { path, ...recording } = options;
  const ready = mkdir(dirname(path), { recursive: true });
  const stereo = new StereoFile(new AppendFile(path, { ready, exclusive: false }), recording);
  let closing: Promise<string> | undefined;
  return {
    event: (event) => stereo.event(event),
    audio: (dir, t, bytes) => stereo.audio(dir, t, bytes),
    heard: (t, bytes) => stereo.heard(t, bytes),
    close() {
      closing ??= stereo.close().then(() => path);
      return closing;
    },
  };
}
