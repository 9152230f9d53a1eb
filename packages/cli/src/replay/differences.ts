import {
  diffTraces,
  laneOf,
  readMessage,
  type Trace,
  type TraceDifference,
  type TraceRow,
} from '@hookline/trace';
import { offeredChannels } from './play.js';
import type { RecordedCall } from './recorded-call.js';

/** What is left aside, and what is looked at more closely. */
export interface Comparison {
  /** Also when the bot says something, and which rules it breaks at which end. */
  readonly strict: boolean;
  /** Words that may be chosen anew each time, and how long the bot is heard. */
  readonly ignore: ReadonlySet<'text' | 'timing'>;
  /** How many times as fast the call was played. */
  readonly speed: number;
}

/** With `--strict`, how much earlier or later a message may come, in milliseconds. */
const STRICT_WITHIN_MS = 500;

/**
 * In what the bot's side of a replay differs from the recorded one. What the caller said is no difference, since it
 * was played from the recording; neither is what follows from where the recording stops.
 */
export function botDifferences(
  recorded: Trace,
  replayed: Trace,
  call: RecordedCall,
  { strict, ignore, speed }: Comparison,
): TraceDifference[] {
  const stops = call.end.by === 'cut' || call.end.by === 'callerLost';
  const timing = !ignore.has('timing') && speed === 1;
  const found = diffTraces(sinceOpened(recorded), sinceOpened(stops ? untilClose(replayed) : replayed), {
    ignoreText: ignore.has('text'),
    ...(timing ? {} : { audioWithinMs: Number.MAX_SAFE_INTEGER }),
    ...(timing && strict ? { timesWithinMs: STRICT_WITHIN_MS } : {}),
  });
  // Of a call that never was open, all else is missing.
  const opened = replayed.rows.some(isOpened);
  return found.filter((one) => {
    if (one.lane === 'caller') return false;
    if (!opened) return one.of === 'handshake' || one.of === 'result' || one.type === 'opened';
    if (one.of === 'end') return !stops && one.kind !== 'extra';
    if (one.of === 'result') return !stops;
    // What follows a delay is at its own time again, since the caller keeps to the recorded one.
    if (one.kind === 'time') return Math.abs((one.atB ?? 0) - (one.atA ?? 0)) > STRICT_WITHIN_MS;
    // How often a bot falls silent follows from how fast its audio is played.
    if (one.of === 'audio') return speed === 1 || one.kind !== 'changed';
    const sameOffer = offeredChannels(call).join() === call.channels.join();
    return sameOffer || !(one.type === 'opened' && one.path?.startsWith('parameters.media'));
  });
}

function isOpened(row: TraceRow): boolean {
  return row.kind === 'message' && row.type === 'opened';
}

/** A trace whose times count from `opened`, so that a slow start is reported once, if at all. */
function sinceOpened({ header, rows, result }: Trace) {
  const openedAtMs = rows.find(isOpened)?.t ?? 0;
  return { header, rows: rows.map((row) => ({ ...row, t: row.t - openedAtMs })), result };
}

/** What of a replay lies before its `close`. */
function untilClose(trace: Trace): Trace {
  const { header, rows } = trace;
  const at = rows.findIndex((row) => {
    if (row.kind !== 'message' || laneOf(header.vantage, row.dir) !== 'caller') return false;
    const sent = readMessage('caller', row.text);
    return 'message' in sent && sent.message.type === 'close';
  });
  return at < 0 ? trace : { ...trace, rows: rows.slice(0, at) };
}
