import {
  diffTraces,
  laneOf,
  readMessage,
  type Trace,
  type TraceDifference,
  type TraceRow,
} from '@hookline/trace';
import { offeredChannels } from './play-caller.js';
import type { RecordedCall } from './recorded-call.js';

/** Options of the comparison. */
export interface ComparisonOptions {
  /** Also compares the time of each message of the bot. */
  readonly strict: boolean;
  /** `text`: text that may vary; `timing`: the duration of playbacks. */
  readonly ignore: ReadonlySet<'text' | 'timing'>;
  /** The speed of the replay; 1 is real time. */
  readonly speed: number;
}

/** The tolerance of `--strict`, in milliseconds. */
const STRICT_TOLERANCE_MS = 500;

/**
 * The differences between the bot in a replay and the recorded bot. Ignores the caller, who is played from the recording,
 * and the end of the call if the recording does not contain it.
 */
export function botDifferences(
  recorded: Trace,
  replayed: Trace,
  call: RecordedCall,
  { strict, ignore, speed }: ComparisonOptions,
): TraceDifference[] {
  const ignoresEnd = call.end.by === 'truncated' || call.end.by === 'callerLost';
  const timing = !ignore.has('timing') && speed === 1;
  const found = diffTraces(
    relativeToOpened(recorded),
    relativeToOpened(ignoresEnd ? beforeClose(replayed) : replayed),
    {
      ignoreText: ignore.has('text'),
      ...(timing ? {} : { audioWithinMs: Number.MAX_SAFE_INTEGER }),
      ...(timing && strict ? { timesWithinMs: STRICT_TOLERANCE_MS } : {}),
    },
  );
  // If the call was not opened, everything else is missing and not listed.
  const opened = replayed.rows.some(isOpened);
  return found.filter((one) => {
    if (one.lane === 'caller') return false;
    if (!opened) return one.of === 'handshake' || one.of === 'result' || one.type === 'opened';
    if (one.of === 'end') return !ignoresEnd && one.kind !== 'extra';
    if (one.of === 'result') return !ignoresEnd;
    // The caller acts at the recorded times, so a delay of the bot does not delay later messages.
    if (one.kind === 'time') return Math.abs((one.atB ?? 0) - (one.atA ?? 0)) > STRICT_TOLERANCE_MS;
    // At another speed, a bot that sends in real time has other gaps.
    if (one.of === 'audio') return speed === 1 || one.kind !== 'changed';
    const sameOffer = offeredChannels(call).join() === call.channels.join();
    return sameOffer || !(one.type === 'opened' && one.path?.startsWith('parameters.media'));
  });
}

function isOpened(row: TraceRow): boolean {
  return row.kind === 'message' && row.type === 'opened';
}

/** A trace with times relative to `opened`, so that a slow start is at most one difference. */
function relativeToOpened({ header, rows, result }: Trace) {
  const openedAtMs = rows.find(isOpened)?.t ?? 0;
  return { header, rows: rows.map((row) => ({ ...row, t: row.t - openedAtMs })), result };
}

/** The rows of a replay before its `close`. */
function beforeClose(trace: Trace): Trace {
  const { header, rows } = trace;
  const at = rows.findIndex((row) => {
    if (row.kind !== 'message' || laneOf(header.vantage, row.dir) !== 'caller') return false;
    const sent = readMessage('caller', row.text);
    return 'message' in sent && sent.message.type === 'close';
  });
  return at < 0 ? trace : { ...trace, rows: rows.slice(0, at) };
}
