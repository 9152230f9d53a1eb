import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ByteOrder } from '@hookline/audio';
import {
  type AudioRun,
  audioRuns,
  createRedactor,
  type MediaParameter,
  PCMU_EXTERNAL,
  REDACTIONS,
  redactEvent,
  type WireSink,
} from '@hookline/protocol';
import { type Clock, checkArgument, checkOptionNames, messageOf } from '@hookline/runtime';
import { type TraceError, traceError } from '../error.js';
import { TRACE_FORMAT, TRACE_SCHEMA_VERSION, type TraceHeader } from '../format/header.js';
import { audioLine, eventLine, headerLine } from '../format/print.js';
import { createPersonalDataMask, PERSONAL_DATA, type PersonalDataMask } from '../personal-data.js';
import { type Lane, laneOf, type Vantage } from '../vantage.js';
import { AppendFile } from './append-file.js';
import { writeEstimatedRecording } from './estimated-recording.js';
import { TRACE_FILES } from './file-names.js';
import { StereoFile } from './stereo-file.js';

/** Options of `createTraceWriter`. */
export interface TraceWriterOptions {
  /** The directory to create. It must not contain a trace. */
  readonly dir: string;
  /** Which side reports the events. */
  readonly vantage: Vantage;
  /** The clock for the start time. */
  readonly clock: Clock;
  /** The dialled URL, or the target of the request. */
  readonly url: string;
  /** The media until `opened` selects it; default µ-law, the external channel. */
  readonly media?: MediaParameter;
  /** The byte order of L16; default `le`. */
  readonly byteOrder?: ByteOrder;
  /** Values of 6 characters or more to mask everywhere, besides the credentials of the request; default none. */
  readonly secrets?: readonly string[];
  /**
   * `estimated` if `heard` is not called: `call.wav` is then created at the end, with an estimate of what the caller heard.
   * Default: what `heard` is called with for the vantage `client`, otherwise an estimate.
   */
  readonly rendering?: 'estimated';
  /** Also masks personal data and stores no audio: see `PERSONAL_DATA`. Default false. */
  readonly redactPii?: boolean;
}

/** A sink that stores one call as a trace. */
export interface TraceWriter extends Required<WireSink> {
  /** Stores the result of the call, replacing an earlier one. Credentials in it are masked. */
  result(result: unknown): void;
  /**
   * Writes the rest, creates `call.wav` if the client did not report what was heard, and resolves with the directory.
   * Idempotent.
   *
   * @throws HooklineError `TRACE_EXISTS`, `TRACE_WRITE`: the first error since the start
   */
  close(): Promise<string>;
}

/**
 * Writes one call as a trace directory (format v1) while it lasts. Never waits for the disk and never throws into the
 * call; `close` reports errors.
 */
export function createTraceWriter(options: TraceWriterOptions): TraceWriter {
  checkOptionNames<TraceWriterOptions>('TRACE_BAD_OPTION', 'createTraceWriter: ', options ?? null, {
    dir: true,
    vantage: true,
    clock: true,
    url: true,
    media: true,
    byteOrder: true,
    secrets: true,
    rendering: true,
    redactPii: true,
  });
  checkArgument('TRACE_BAD_OPTION', 'createTraceWriter: options', options, { dir: 'path', clock: 'object' });
  const { dir, vantage, clock, media = PCMU_EXTERNAL, byteOrder } = options;
  const rendering = vantage === 'client' ? (options.rendering ?? 'heard') : 'estimated';
  const redactor = createRedactor(options.secrets);
  const personal = options.redactPii === true ? createPersonalDataMask() : undefined;
  const header: TraceHeader = {
    format: TRACE_FORMAT,
    schemaVersion: TRACE_SCHEMA_VERSION,
    vantage,
    started: new Date(clock.wall()).toISOString(),
    url: redactor.url(options.url),
    codec: media.format,
    rate: media.rate,
    channels: media.channels,
    ...(byteOrder ? { byteOrder } : {}),
    rendering,
    redactions: [...REDACTIONS, ...(personal ? PERSONAL_DATA : [])],
  };

  const ready = mkdir(dir, { recursive: true, mode: 0o700 });
  const rows = new AppendFile(join(dir, TRACE_FILES.rows), { ready });
  // A directory that already contains a trace is left unchanged.
  const file = (name: string) => new AppendFile(join(dir, name), { ready: rows.opened });
  const raw: Partial<Record<Lane, AppendFile>> = personal
    ? {}
    : { caller: file(TRACE_FILES.caller), bot: file(TRACE_FILES.bot) };
  const recording = { media, ...(byteOrder ? { byteOrder } : {}) };
  const stereo =
    rendering === 'heard' && !personal ? new StereoFile(file(TRACE_FILES.recording), recording) : undefined;

  /** The offsets in the raw files at which the next audio rows start. */
  const rowsEndAt: Record<Lane, number> = { caller: 0, bot: 0 };
  const line = (text: string) => rows.append(Buffer.from(text));
  const audioRow = (run: AudioRun) => {
    const lane = laneOf(vantage, run.dir);
    line(audioLine(run, rowsEndAt[lane]));
    rowsEndAt[lane] += run.bytes;
  };
  const runs = audioRuns((event) =>
    event.kind === 'audio' ? audioRow(event) : line(eventLine(redactEvent(redactor, event))),
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
      [rows, raw.caller, raw.bot, stereo, resultFile].map((open) => open?.close()),
    );
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
    if (failure) throw failure;
    if (!stereo && !personal) await writeEstimatedRecording(dir);
    return dir;
  };

  return {
    event(event) {
      if (closing) return;
      runs.event(personal ? personal.event(event) : event);
      stereo?.event(event);
    },
    audio(dir, t, bytes) {
      if (closing) return;
      raw[laneOf(vantage, dir)]?.append(bytes);
      runs.audio(dir, t, bytes);
      stereo?.audio(dir, t, bytes);
    },
    heard(t, bytes) {
      if (!closing) stereo?.heard(t, bytes);
    },
    result(value) {
      try {
        const kept = personal ? maskResult(personal, value) : value;
        result = Buffer.from(`${JSON.stringify(redactor.json(kept), null, 2) ?? 'null'}\n`);
      } catch (error) {
        failure = traceError(
          'TRACE_WRITE',
          `${join(dir, TRACE_FILES.result)} was not written: the result cannot be serialized as JSON (${messageOf(error)}). ` +
            'Pass a value without cycles and bigints.',
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

/** A result without personal data; numbers and null have none. */
function maskResult(personal: PersonalDataMask, value: unknown): unknown {
  if (typeof value === 'string') return personal.text(value);
  return typeof value === 'object' && value !== null ? personal.json(value) : value;
}
