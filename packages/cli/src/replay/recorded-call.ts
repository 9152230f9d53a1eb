import { type ClientMessage, durationToMs, isProbe, type MediaParameter } from '@hookline/protocol';
import { createCallMedia, framesOf, headerMedia, laneOf, readMessage, type Trace } from '@hookline/trace';
import { UsageError } from '../exit-codes.js';
import { CallerTrack } from './caller-track.js';
import { HoldReader } from './hold-reader.js';

/** Something that the caller did beside talking. */
export type CallerAction =
  | { readonly do: 'dtmf'; readonly digit: string }
  | { readonly do: 'hold' }
  | { readonly do: 'unhold' }
  | { readonly do: 'language'; readonly language: string };

/** How a recorded call ended, in milliseconds after `opened`. */
export interface RecordedEnd {
  /**
   * - `caller`: the caller hung up
   * - `callerLost`: the caller's connection was gone, without `close`
   * - `bot`: the bot ended the call, or a fault of it did
   * - `cut`: the trace stops before the call does
   */
  readonly by: 'caller' | 'callerLost' | 'bot' | 'cut';
  readonly atMs: number;
}

/** The parameters of `open`. */
export type OpenParameters = Extract<ClientMessage, { type: 'open' }>['parameters'];

/** The caller's side of a recorded call. */
export interface RecordedCall {
  readonly open: OpenParameters;
  readonly format: 'PCMU' | 'L16';
  /** Of L16. */
  readonly byteOrder: 'le' | 'be';
  /** Channels of the caller's audio. */
  readonly channels: MediaParameter['channels'];
  readonly track: CallerTrack;
  /** In order. */
  readonly actions: readonly { readonly atMs: number; readonly action: CallerAction }[];
  readonly end: RecordedEnd;
}

/**
 * Reads the caller's side of a trace, whoever wrote it.
 *
 * @param name - how messages call the trace
 * @throws UsageError for a trace of a call that never was open, and for one of a probe
 */
export function readRecordedCall(trace: Trace, name: string): RecordedCall {
  const { header, rows } = trace;
  const { open, openedAtMs } = beginning(trace, name);
  const media = createCallMedia(headerMedia(header));
  const byteOrder = header.byteOrder ?? 'le';
  const track = new CallerTrack();
  const holds = new HoldReader();
  const actions: { atMs: number; action: CallerAction }[] = [];
  let end: RecordedEnd | undefined;
  let lastMs = 0;
  for (const row of rows) {
    const atMs = row.t - openedAtMs;
    lastMs = Math.max(lastMs, atMs);
    if (row.kind === 'end') end ??= lostEnd(header.vantage, row.by, atMs);
    if (end) continue;
    if (row.kind === 'audio' && laneOf(header.vantage, row.dir) === 'caller') {
      const format = { media: media.media, byteOrder };
      for (const [index, frame] of framesOf(row, trace.caller).entries()) {
        track.frame(frame, atMs + (row.arrivalsMs[index] ?? 0), format);
      }
    }
    if (row.kind !== 'message') continue;
    const sent = readMessage(laneOf(header.vantage, row.dir), row.text);
    media.see(sent);
    if (!('message' in sent)) continue;
    if (sent.lane === 'bot') {
      holds.bot(sent.message);
      if (sent.message.type === 'disconnect') end = { by: 'bot', atMs };
      continue;
    }
    const { message } = sent;
    if (message.type === 'resumed' || message.type === 'discarded') track.goesOnAt(endOf(message.parameters));
    if (message.type === 'close') end = closeEnd(message, trace.result, atMs);
    const action = holds.caller(message) ?? actionOf(message);
    if (action) actions.push({ atMs: Math.max(0, atMs), action });
  }
  return {
    open,
    format: media.media.format,
    byteOrder,
    channels: media.media.channels,
    track,
    actions: actions,
    end: end ?? { by: 'cut', atMs: lastMs },
  };
}

/** `open`, and when `opened` passed. */
function beginning(
  trace: Trace,
  name: string,
): { readonly open: OpenParameters; readonly openedAtMs: number } {
  const { header, rows } = trace;
  let open: OpenParameters | undefined;
  for (const row of rows) {
    if (row.kind !== 'message') continue;
    const sent = readMessage(laneOf(header.vantage, row.dir), row.text);
    if (!('message' in sent)) continue;
    if (sent.message.type === 'open') open = sent.message.parameters;
    if (sent.message.type !== 'opened' || !open) continue;
    if (!isProbe(open)) return { open, openedAtMs: row.t };
    throw new UsageError(
      `${name} is the trace of a connection probe, not of a call: hookline probe makes one.`,
    );
  }
  const [, status] = /^HTTP\/\S+ (\d{3})/m.exec(responseHead(trace)) ?? [];
  const why =
    status !== undefined && status !== '101'
      ? `the upgrade was answered with HTTP ${status}`
      : open
        ? 'open was never answered with opened'
        : 'it holds no open that can be read';
  throw new UsageError(
    `${name} is the trace of a call that was never open (${why}), so there is no caller to play. Give the trace of a call in which the bot sent opened.`,
  );
}

function responseHead({ rows }: Trace): string {
  return rows.flatMap((row) => (row.kind === 'response' ? [row.head] : []))[0] ?? '';
}

/** Where the stream goes on behind a gap, in milliseconds from its start. */
function endOf(gap: { readonly start: string; readonly discarded: string }): number {
  return (durationToMs(gap.start) ?? 0) + (durationToMs(gap.discarded) ?? 0);
}

function actionOf(message: ClientMessage): CallerAction | undefined {
  switch (message.type) {
    case 'dtmf':
      return { do: 'dtmf', digit: message.parameters.digit };
    case 'update': {
      const { language } = message.parameters;
      return language === undefined ? undefined : { do: 'language', language };
    }
    default:
      return undefined;
  }
}

/** With `end` the caller hangs up, unless the result says that the call failed: a caller who finds a fault finds it again. */
function closeEnd(
  { parameters }: Extract<ClientMessage, { type: 'close' }>,
  result: unknown,
  atMs: number,
): RecordedEnd {
  const failed =
    typeof result === 'object' && result !== null && 'path' in result && result.path === 'failure';
  return { by: parameters.reason === 'end' && !failed ? 'caller' : 'bot', atMs };
}

/** Who was gone when a connection ends without `disconnect` and `close`. */
function lostEnd(
  vantage: Trace['header']['vantage'],
  by: 'self' | 'peer' | 'loss',
  atMs: number,
): RecordedEnd {
  const byCaller = vantage === 'client' ? by === 'self' : by !== 'self';
  return { by: byCaller ? 'callerLost' : 'bot', atMs };
}
