import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ByteOrder } from '@hookline/audio';
import {
  type AudioRun,
  audioRuns,
  type MediaParameter,
  PCMU_EXTERNAL,
  type WireEvent,
  type WireSink,
} from '@hookline/protocol';
import { type Clock, messageOf } from '@hookline/runtime';
import { type TraceError, traceError } from '../error.js';
import { TRACE_FORMAT, TRACE_SCHEMA_VERSION, type TraceHeader } from '../format/header.js';
import { audioLine, eventLine, headerLine } from '../format/print.js';
import { createPiiMask, PII_REDACTIONS } from '../pii/pii-mask.js';
import { createRedactor, REDACTIONS, redactEvent } from '../redaction.js';
import { type Lane, laneOf, type Vantage } from '../vantage.js';
import { AppendFile } from './append-file.js';
import { writeEstimatedRecording } from './estimated-recording.js';
import { TRACE_FILES } from './file-names.js';
import { StereoFile } from './stereo-file.js';

/** Where and what `createTraceWriter` writes. */
export interface TraceWriterOptions {
  /** A directory, which is made. It must not hold a trace. */
  readonly dir: string;
  /** Who tells what happens. */
  readonly vantage: Vantage;
  /** For the time of day of the start. */
  readonly clock: Clock;
  /** What is dialled, or the target of the request. */
  readonly url: string;
  /** What audio is until `opened` says it; default µ-law, the external channel. */
  readonly media?: MediaParameter;
  /** Of L16; default `le`. */
  readonly byteOrder?: ByteOrder;
  /** Values of 6 characters or more to mask wherever they come, beside the credentials of the request; default none. */
  readonly secrets?: readonly string[];
  /**
   * Whether what was said and by whom is masked too: numbers and names, values of inputs and outputs, texts, digits.
   * Audio is not kept, only its lengths and times. Default false.
   */
  readonly redactPii?: boolean;
}

/** The sink of one call that keeps it as a trace. */
export interface TraceWriter extends Required<WireSink> {
  /** Keeps the result of the call; the last one given counts. Credentials in it are masked. */
  result(result: unknown): void;
  /**
   * Writes the rest, makes `call.wav` where the client did not tell what was heard, and resolves to the directory.
   * Idempotent.
   *
   * @throws HooklineError `TRACE_EXISTS`, `TRACE_WRITE`: the first thing that went wrong since the start
   */
  close(): Promise<string>;
}

/**
 * Keeps one call as a trace directory (format v1), while it goes on. Never waits for the disk and never throws into
 * the call; what goes wrong is told by `close`.
 */
export function createTraceWriter(options: TraceWriterOptions): TraceWriter {
  const { dir, vantage, clock, media = PCMU_EXTERNAL, byteOrder } = options;
  const redactor = createRedactor(options.secrets);
  const pii = options.redactPii === true ? createPiiMask() : undefined;
  const header: TraceHeader = {
    format: TRACE_FORMAT,
    schemaVersion: TRACE_SCHEMA_VERSION,
    vantage,
    started: new Date(clock.wall()).toISOString(),
    url: pii ? pii.url(redactor.url(options.url)) : redactor.url(options.url),
    codec: media.format,
    rate: media.rate,
    channels: media.channels,
    ...(byteOrder ? { byteOrder } : {}),
    ...(pii ? {} : { rendering: vantage === 'client' ? 'heard' : 'estimated' }),
    redactions: [...REDACTIONS, ...(pii ? PII_REDACTIONS : [])],
  };

  const ready = mkdir(dir, { recursive: true, mode: 0o700 });
  const rows = new AppendFile(join(dir, TRACE_FILES.rows), { ready });
  // A directory that holds a trace already is left alone as a whole.
  const file = (name: string) => new AppendFile(join(dir, name), { ready: rows.opened });
  const raw: Record<Lane, AppendFile> | undefined = pii
    ? undefined
    : { caller: file(TRACE_FILES.caller), bot: file(TRACE_FILES.bot) };
  const recording = { media, ...(byteOrder ? { byteOrder } : {}) };
  const stereo =
    vantage === 'client' && !pii ? new StereoFile(file(TRACE_FILES.recording), recording) : undefined;

  /** How far the raw files have rows: the next audio row begins there. */
  const rowsEndAt: Record<Lane, number> = { caller: 0, bot: 0 };
  const line = (text: string) => rows.append(Buffer.from(text));
  const audioRow = (run: AudioRun) => {
    const lane = laneOf(vantage, run.dir);
    line(audioLine(run, rowsEndAt[lane]));
    rowsEndAt[lane] += run.bytes;
  };
  const masked = (event: Exclude<WireEvent, AudioRun>) => (pii ? pii.row(event) : event);
  const runs = audioRuns((event) =>
    event.kind === 'audio' ? audioRow(event) : line(eventLine(masked(redactEvent(redactor, event)))),
  );
  line(headerLine(header));

  let result: Uint8Array | undefined;
  let failure: TraceError | undefined;
  let closing: Promise<string> | undefined;

  const close = async () => {
    runs.flush();
    const resultFile = result === undefined ? undefined : file(TRACE_FILES.result);
    if (result) resultFile?.append(result);
    const ends = await Promise.allSettled(
      [rows, raw?.caller, raw?.bot, stereo, resultFile].map((open) => open?.close()),
    );
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
    if (failure) throw failure;
    if (!stereo && !pii) await writeEstimatedRecording(dir);
    return dir;
  };

  return {
    event(event) {
      if (closing) return;
      runs.event(event);
      stereo?.event(event);
    },
    audio(dir, t, bytes) {
      if (closing) return;
      raw?.[laneOf(vantage, dir)].append(bytes);
      runs.audio(dir, t, bytes);
      stereo?.audio(dir, t, bytes);
    },
    heard(t, bytes) {
      if (!closing) stereo?.heard(t, bytes);
    },
    result(value) {
      try {
        const kept = pii ? pii.result(value) : value;
        result = Buffer.from(`${redactor.text(JSON.stringify(kept, null, 2) ?? 'null')}\n`);
      } catch (error) {
        failure = traceError(
          'TRACE_WRITE',
          `${join(dir, TRACE_FILES.result)} was not written: the result is no JSON (${messageOf(error)}). ` +
            'Give a value without cycles and bigints.',
          error,
        );
      }
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}
