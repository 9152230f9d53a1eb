import {
  type ClientMessage,
  durationToMs,
  isDtmfDigit,
  isProbe,
  type MediaParameter,
} from '@hookline/protocol';
import {
  createCallMedia,
  framesOf,
  type HoldChange,
  HoldTracker,
  headerMedia,
  laneOf,
  masksPersonalData,
  type PlannedPiece,
  planPlayback,
  readMessage,
  rowEndMs,
  type Trace,
} from '@hookline/trace';
import { UsageError } from '../exit-codes.js';
import { pluralize } from '../output/text.js';
import { CallerTimeline } from './caller-timeline.js';
import { type OpenParameters, type RepeatedOpen, withoutMasked } from './masked-values.js';

/** An action of the caller other than speech. */
export type CallerAction =
  | { readonly type: 'dtmf'; readonly digit: string }
  | { readonly type: 'hold' }
  | { readonly type: 'unhold' }
  | { readonly type: 'language'; readonly language: string };

/** How a recorded call ended, in milliseconds after `opened`. */
export interface RecordedEnd {
  /**
   * - `caller`: the caller hung up
   * - `callerLost`: the connection of the caller was lost, without `close`
   * - `bot`: the bot ended the call, or an error of the bot ended it
   * - `truncated`: the trace ends before the call
   */
  readonly by: 'caller' | 'callerLost' | 'bot' | 'truncated';
  readonly atMs: number;
}

/** The caller's side of a recorded call. */
export interface RecordedCall {
  /** Without masked values. */
  readonly open: RepeatedOpen;
  /** Whether the trace masks personal data, such as the texts of the bot. */
  readonly masked: boolean;
  /** What the caller did and sent that cannot be repeated, because the trace masks it or it is no key; in words. */
  readonly notRepeated: readonly string[];
  readonly format: 'PCMU' | 'L16';
  /** Byte order of L16. */
  readonly byteOrder: 'le' | 'be';
  /** Channels of the caller audio. */
  readonly channels: MediaParameter['channels'];
  readonly timeline: CallerTimeline;
  /** In order. */
  readonly actions: readonly { readonly atMs: number; readonly action: CallerAction }[];
  readonly end: RecordedEnd;
}

/**
 * Reads the caller's side of a trace of any vantage.
 *
 * @param name - the name of the trace in error messages
 * @throws UsageError if the call was not opened or is a connection probe
 */
export function readRecordedCall(trace: Trace, name: string): RecordedCall {
  const { header, rows } = trace;
  const { open, openedAtMs } = findOpen(trace, name);
  const masked = masksPersonalData(header);
  const media = createCallMedia(headerMedia(header));
  const byteOrder = header.byteOrder ?? 'le';
  const timeline = new CallerTimeline();
  const holds = new HoldTracker();
  const actions: { atMs: number; action: CallerAction }[] = [];
  const holdTimeOf = createHoldTimes(trace);
  let end: RecordedEnd | undefined;
  let unknownKeys = 0;
  let lastMs = 0;
  for (const row of rows) {
    const atMs = row.t - openedAtMs;
    lastMs = Math.max(lastMs, rowEndMs(row) - openedAtMs);
    if (row.kind === 'end') end ??= endFromConnection(header.vantage, row.by, atMs);
    if (end) continue;
    if (row.kind === 'audio' && laneOf(header.vantage, row.dir) === 'caller') {
      const format = { media: media.media, byteOrder };
      for (const [index, frame] of framesOf(row, trace.caller).entries()) {
        timeline.addFrame(frame, atMs + (row.arrivalsMs[index] ?? 0), format);
      }
    }
    if (row.kind !== 'message') continue;
    const sent = readMessage(laneOf(header.vantage, row.dir), row.text);
    media.see(sent);
    if (!('message' in sent)) continue;
    if (sent.lane === 'bot') {
      holds.onBotMessage(sent.message);
      if (sent.message.type === 'disconnect') end = { by: 'bot', atMs };
      continue;
    }
    const { message } = sent;
    if (message.type === 'resumed' || message.type === 'discarded')
      timeline.skipTo(gapEndMs(message.parameters));
    if (message.type === 'close') end = endFromClose(message, trace.result, atMs);
    const hold = holds.onCallerMessage(message);
    const actedAtMs = hold ? holdTimeOf(hold, row.t) - openedAtMs : atMs;
    const action = hold ? { type: hold.type } : callerActionOf(message);
    // A masked digit is no key, although it may consist of characters of keys.
    if (action?.type === 'dtmf' && !isDtmfDigit(action.digit)) unknownKeys += 1;
    else if (action) actions.push({ atMs: Math.max(0, actedAtMs), action });
  }
  const known = withoutMasked(open, masked);
  return {
    open: known.open,
    masked,
    notRepeated: [...(unknownKeys === 0 ? [] : [pluralize(unknownKeys, 'key')]), ...known.leftOut],
    format: media.media.format,
    byteOrder,
    channels: media.media.channels,
    timeline: timeline,
    actions: actions.sort((a, b) => a.atMs - b.atMs),
    end: end ?? { by: 'truncated', atMs: lastMs },
  };
}

/** The parameters of `open`, and the time of `opened`. */
function findOpen(
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
      `${name} is the trace of a connection probe, not of a call; use hookline probe instead.`,
    );
  }
  const [, status] = /^HTTP\/\S+ (\d{3})/m.exec(responseHead(trace)) ?? [];
  const why =
    status !== undefined && status !== '101'
      ? `the upgrade was answered with HTTP ${status}`
      : open
        ? 'open was never answered with opened'
        : 'the trace contains no valid open';
  throw new UsageError(
    `${name} is the trace of a call that was not opened (${why}); pass the trace of a call in which the bot sent opened.`,
  );
}

function responseHead({ rows }: Trace): string {
  return rows.flatMap((row) => (row.kind === 'response' ? [row.head] : []))[0] ?? '';
}

/** The position of the stream after a gap, in milliseconds from its start. */
function gapEndMs(gap: { readonly start: string; readonly discarded: string }): number {
  return (durationToMs(gap.start) ?? 0) + (durationToMs(gap.discarded) ?? 0);
}

/**
 * Returns a function that tells when a change of the hold, noticed at `t`, happened. A hold whose end has no message
 * ended when the bot was heard again.
 */
function createHoldTimes({ header, rows, bot }: Trace): (change: HoldChange, t: number) => number {
  let heard: readonly PlannedPiece[] | undefined;
  let heldAt = 0;
  return ({ type, isExact }, t) => {
    if (type === 'hold') heldAt = t;
    if (isExact) return t;
    heard ??= planPlayback(header, rows, bot.length);
    return heard.find((piece) => piece.t >= heldAt && piece.t <= t)?.t ?? t;
  };
}

function callerActionOf(message: ClientMessage): CallerAction | undefined {
  switch (message.type) {
    case 'dtmf':
      return { type: 'dtmf', digit: message.parameters.digit };
    case 'update': {
      const { language } = message.parameters;
      return language === undefined ? undefined : { type: 'language', language };
    }
    default:
      return undefined;
  }
}

/** `close` with reason `end` is a hang-up, unless the call failed because of an error of the bot. */
function endFromClose(
  { parameters }: Extract<ClientMessage, { type: 'close' }>,
  result: unknown,
  atMs: number,
): RecordedEnd {
  const failed =
    typeof result === 'object' && result !== null && 'path' in result && result.path === 'failure';
  return { by: parameters.reason === 'end' && !failed ? 'caller' : 'bot', atMs };
}

/** Which side lost the connection if it ends without `disconnect` and `close`. */
function endFromConnection(
  vantage: Trace['header']['vantage'],
  by: 'self' | 'peer' | 'loss',
  atMs: number,
): RecordedEnd {
  const byCaller = vantage === 'client' ? by === 'self' : by !== 'self';
  return { by: byCaller ? 'callerLost' : 'bot', atMs };
}
