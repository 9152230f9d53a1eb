import { lstat, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { wavHeader } from '@hookline/audio';
import { decodeServerMessage, readEntity } from '@hookline/protocol';
import { isHooklineError } from '@hookline/runtime';
import {
  createRedactor,
  headerMedia,
  laneOf,
  type Redactor,
  recordingStart,
  renderStereo,
  rowEndMs,
  summarise,
  summaryFacts,
  type Trace,
  type TraceRow,
} from '@hookline/trace';
import { openTrace, openTraceRows, TRACE_FILES } from '@hookline/trace/node';
import { replyMs } from '../call/lanes.js';
import { MarkDetector } from '../call/mark-detector.js';
import { DEFAULT_ACTION_NAME } from '../call/outcome.js';
import { RowList } from '../call/row-list.js';
import { RequestError } from '../error.js';
import { MAX_ROWS_ANSWER } from '../limits.js';
import { stringifyMasked } from '../masked-json.js';
import type { CallEntry, Lanes, Mark, Row, RowPage, StoredCall } from '../messages.js';
import { readOutcome } from './read-outcome.js';
import { lanesOfRecording } from './recorded-lanes.js';

type Turn = StoredCall['turns'][number];

/** The size of a recording without audio. */
const NO_AUDIO_BYTES = wavHeader({ codec: 'pcm16', rate: 8000, channels: 2 }).length;

/** A trace read from disk, in the form that the page shows. */
export class StoredTrace {
  readonly id: string;
  readonly path: string;
  readonly origin: CallEntry['origin'];
  readonly trace: Trace;
  readonly #rows: Row[] = [];
  /** For each row of the trace, the number of the row that shows it. */
  readonly #rowNumbers: number[] = [];
  readonly #rowList: RowList;
  #wav: Promise<Uint8Array | undefined> | undefined;
  /** When the recording starts: computed once, because it reads all rows up to the first audio of the bot. */
  #startMs: number | undefined;

  private constructor(id: string, path: string, origin: CallEntry['origin'], trace: Trace) {
    this.id = id;
    this.path = path;
    this.origin = origin;
    this.trace = trace;
    const { vantage } = trace.header;
    let lastRow = 0;
    this.#rowList = new RowList({ vantage, media: headerMedia(trace.header) }, (row) => {
      this.#rows[row.n] = row;
      lastRow = row.n;
    });
    for (const row of trace.rows) {
      this.#rowList.push(row);
      this.#rowNumbers.push(lastRow);
    }
    this.#rowList.flush();
  }

  /** Reads a trace. @param path - a folder or a `.zip` @throws RequestError 422 with what is wrong with it */
  static async read(id: string, path: string, origin: CallEntry['origin']): Promise<StoredTrace> {
    await refuseLinks(basename(path) === TRACE_FILES.rows ? dirname(path) : path);
    try {
      return new StoredTrace(id, path, origin, await openTrace(path));
    } catch (error) {
      if (isHooklineError(error)) throw new RequestError(422, 'no-trace', error.message);
      throw error;
    }
  }

  /** Its entry in the list of calls. */
  get entry(): CallEntry {
    const { header, result } = this.trace;
    return createEntry(this.id, this.origin, header, result, this.#durationMs);
  }

  /** At most `count` rows from position `from` on. */
  rows(from: number, count: number): RowPage {
    const rows = this.#rows.slice(from, from + Math.min(count, MAX_ROWS_ANSWER));
    return { from, total: this.#rows.length, rows };
  }

  /** The number of the row that shows the trace row at `index`. */
  rowOfTraceLine(index: number): number | undefined {
    return this.#rowNumbers[index];
  }

  /** The call without its rows; credentials are masked. */
  async toStoredCall(): Promise<StoredCall> {
    const { header, truncated, result } = this.trace;
    const wav = await this.wav();
    this.#startMs ??= recordingStart(this.trace);
    const startMs = this.#startMs;
    const lanes = wav && lanesOfRecording(wav, startMs);
    const outcome = readOutcome(result, DEFAULT_ACTION_NAME, this.#rowList.decidingRow);
    const call: StoredCall = {
      entry: this.entry,
      rows: this.#rows.length,
      ...(lanes ? { lanes, wavOffsetMs: -startMs } : {}),
      marks: this.#marks(lanes),
      turns: this.#turns(),
      ...(outcome ? { outcome } : {}),
      facts: summaryFacts(header, summarise(this.trace)).map(({ name, text }) => ({ name, value: text })),
      truncated,
    };
    return JSON.parse(stringifyMasked(call, this.#redactor().text));
  }

  /** Masks the credentials of the call in a text. */
  mask(text: string): string {
    return this.#redactor().text(text);
  }

  #redactor(): Redactor {
    const redactor = createRedactor();
    for (const row of this.trace.rows) {
      if (row.kind === 'request' || row.kind === 'response') redactor.head(row.head);
    }
    return redactor;
  }

  /** The stereo recording: the stored one, or one rendered from the trace; undefined if there is no audio. */
  wav(): Promise<Uint8Array | undefined> {
    this.#wav ??= this.#recording();
    return this.#wav;
  }

  async #recording(): Promise<Uint8Array | undefined> {
    const { caller, bot, rows } = this.trace;
    const hasAudio = caller.length + bot.length > 0;
    // The recording is written seconds after the audio: without the end of the call, its last seconds may be missing.
    if (rows.some(({ kind }) => kind === 'end') || !hasAudio) {
      const stored = await readFile(join(this.path, TRACE_FILES.recording)).catch(() => undefined);
      if (stored && (hasAudio || stored.length > NO_AUDIO_BYTES)) return stored;
    }
    return hasAudio ? renderStereo(this.trace) : undefined;
  }

  get #durationMs(): number {
    return Math.round(this.trace.rows.reduce((last, row) => Math.max(last, rowEndMs(row)), 0));
  }

  #marks(lanes: Lanes | undefined): Mark[] {
    const list: Mark[] = [];
    const playbacks = new Map<number, number>();
    const marks = new MarkDetector(
      this.trace.header.vantage,
      (mark) => {
        const index = mark.kind === 'playback' ? playbacks.get(mark.n) : undefined;
        if (index !== undefined) list[index] = mark;
        else {
          if (mark.kind === 'playback') playbacks.set(mark.n, list.length);
          list.push(mark);
        }
      },
      (since, t) => lanes && replyMs(lanes, since, t),
    );
    for (const row of this.trace.rows) marks.addRow(row);
    return list;
  }

  #turns(): Turn[] {
    const { header, rows } = this.trace;
    return rows.flatMap((row): Turn[] => {
      if (row.kind !== 'message' || row.type !== 'event' || laneOf(header.vantage, row.dir) !== 'bot')
        return [];
      const decoded = decodeServerMessage(row.text);
      if (decoded.kind !== 'message' || decoded.message.type !== 'event') return [];
      return decoded.message.parameters.entities.flatMap((entity): Turn[] => {
        const read = readEntity(entity);
        if (read.kind !== 'bot_turn_response') return [];
        const { disposition, text } = read.data;
        return [{ t: row.t, disposition, ...(text === undefined ? {} : { text }) }];
      });
    });
  }
}

/**
 * Refuses a folder whose files are links: they may lead to any file of this machine, whose content would become part of
 * what the page downloads.
 *
 * @throws RequestError 422
 */
async function refuseLinks(folder: string): Promise<void> {
  for (const name of Object.values(TRACE_FILES)) {
    const file = await lstat(join(folder, name)).catch(() => undefined);
    if (!file?.isSymbolicLink()) continue;
    throw new RequestError(
      422,
      'no-trace',
      `${join(folder, name)} is a symbolic link; expected a file of the trace. Copy the file there to open the trace.`,
    );
  }
}

/** Reads the list entry of a trace folder. The rows are read only if there is no result, for the length of the call. */
export async function readEntry(id: string, path: string, origin: CallEntry['origin']): Promise<CallEntry> {
  const open = await openTraceRows(path);
  try {
    const { header } = open;
    const result = await open.result();
    const durationMs = result === undefined ? await lengthOf(open.rows) : 0;
    return createEntry(id, origin, header, result, durationMs);
  } finally {
    await open.close();
  }
}

/** The time of the last row, in milliseconds; of a damaged trace, that of the last row before the damage. */
async function lengthOf(rows: AsyncIterable<TraceRow>): Promise<number> {
  let lastMs = 0;
  try {
    for await (const row of rows) lastMs = Math.max(lastMs, rowEndMs(row));
  } catch (error) {
    // The call is listed nevertheless: opening it says what is wrong with it.
    if (!isHooklineError(error)) throw error;
  }
  return lastMs;
}

function createEntry(
  id: string,
  origin: CallEntry['origin'],
  { started, url, vantage }: Trace['header'],
  result: unknown,
  durationMs: number,
): CallEntry {
  const outcome = readOutcome(result, DEFAULT_ACTION_NAME, undefined);
  return {
    id,
    started,
    url: createRedactor().url(url),
    durationMs: Math.round(outcome?.durationMs ?? durationMs),
    ...(outcome?.path === undefined ? {} : { path: outcome.path }),
    ...(outcome?.cause === undefined ? {} : { cause: outcome.cause }),
    ...(outcome?.errorType === undefined ? {} : { errorType: outcome.errorType }),
    vantage,
    origin,
  };
}
