import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '@hookline/runtime';
import { traceError } from '../error.js';
import { readTrace } from '../format/read.js';
import { headerMedia } from '../message/call-media.js';
import { recordingSteps } from '../recording/steps.js';
import { AppendFile } from './append-file.js';
import { TRACE_FILES } from './file-names.js';
import { StereoFile } from './stereo-file.js';

/**
 * Writes the `call.wav` of a finished trace, with an estimate from the playback messages of what was heard. Audio is
 * read and written in parts of a fifth of a second, so that it neither blocks a server with other calls nor fills its
 * memory.
 *
 * @param dir - a trace directory without `call.wav`
 * @throws HooklineError `TRACE_EXISTS`, `TRACE_READ`, `TRACE_WRITE`, and what `readTrace` throws
 */
export async function writeEstimatedRecording(dir: string): Promise<void> {
  const { header, rows } = readTrace(await readFile(join(dir, TRACE_FILES.rows)));
  const { vantage, byteOrder } = header;
  const callerDir = vantage === 'client' ? 'out' : 'in';
  const file = new AppendFile(join(dir, TRACE_FILES.recording));
  const stereo = new StereoFile(file, {
    vantage,
    media: headerMedia(header),
    ...(byteOrder ? { byteOrder } : {}),
  });
  const caller = await openToRead(join(dir, TRACE_FILES.caller));
  const bot = await openToRead(join(dir, TRACE_FILES.bot));
  try {
    const { size } = await bot.stat();
    for (const step of recordingSteps(header, rows, size)) {
      if (step.kind === 'event') {
        stereo.event(step.row);
        continue;
      }
      const bytes = await part(step.kind === 'caller' ? caller : bot, step.offset, step.length);
      if (step.kind === 'caller') stereo.audio(callerDir, step.t, bytes);
      else stereo.estimated(step.t, bytes);
      await file.idle();
    }
  } finally {
    await Promise.all([caller.close(), bot.close(), stereo.close()]);
  }
}

async function part(file: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, offset);
  return buffer.subarray(0, bytesRead);
}

async function openToRead(path: string): Promise<FileHandle> {
  return open(path, 'r').catch((error: unknown) => {
    throw traceError(
      'TRACE_READ',
      `${path} cannot be read: ${messageOf(error)}. The trace is incomplete.`,
      error,
    );
  });
}
