import { isBusyStatus } from '../record/busy.js';
import { type Timeline, type TimelineItem, typeOf } from '../record/timeline.js';
import { isCompletion, isStimulus } from './call-end.js';
import { outcomesOf } from './tolerance.js';

/** How a bot refused a call, or ended one that it had opened, without `disconnect` `completed`. */
export interface EarlyEnd {
  readonly by: 'response' | 'disconnect' | 'cut' | 'silence' | 'no connection';
  /** What it did, in words, such as `HTTP 500` or `disconnect error "out of memory"`. */
  readonly how: string;
  /** How long the call was open, in milliseconds. Undefined: it was not opened. */
  readonly openMs?: number;
  /** When: Unix time in milliseconds. */
  readonly atMs: number;
  /** The status of an HTTP response. */
  readonly status?: number;
  /** Whether the message that ended the call is invalid: the rule that it breaks is reported, and explains the end. */
  readonly isInvalid?: true;
}

/** Whether the bot refused the call because it has too many. */
export function isBusy({ status }: EarlyEnd): boolean {
  return status !== undefined && isBusyStatus(status);
}

/**
 * Returns how the bot ended a call before the caller hung up; undefined if it did not, or completed it. A bot that did not
 * answer `open` at all has refused the call too.
 */
export function earlyEndOf({ items, record }: Timeline): EarlyEnd | undefined {
  let openedMs: number | undefined;
  const ended = (by: EarlyEnd['by'], how: string, t: number, status?: number): EarlyEnd => ({
    by,
    how,
    atMs: record.startedMs + t,
    ...(status === undefined ? {} : { status }),
    ...(openedMs === undefined ? {} : { openMs: t - openedMs }),
  });
  for (const item of items) {
    if (typeOf(item) === 'opened') openedMs ??= item.t;
    if (item.kind === 'response' && item.status !== 101)
      return ended('response', `HTTP ${item.status}`, item.t, item.status);
    if (isCompletion(item)) return undefined;
    if (typeOf(item) === 'disconnect')
      return {
        ...ended('disconnect', disconnectText(item), item.t),
        ...(item.kind === 'fault' ? { isInvalid: true } : {}),
      };
    if (item.kind === 'sent' && item.message.type === 'close')
      return openedMs === undefined && isOverdue(items, item, record.deadlines.openedMs)
        ? ended('silence', 'no answer to `open`', item.t)
        : undefined;
    if (item.kind === 'end' && record.unreachable === undefined)
      return item.by === 'self'
        ? undefined
        : ended('cut', `the end of the connection (code ${item.code})`, item.t);
  }
  return record.unreachable === undefined
    ? undefined
    : ended('no connection', `no connection (${record.unreachable})`, 0);
}

function disconnectText(item: TimelineItem): string {
  if (item.kind !== 'message' || item.message.type !== 'disconnect') return 'disconnect';
  const { reason, info = '' } = item.message.parameters;
  return `disconnect ${reason}${info === '' ? '' : ` ${JSON.stringify(info)}`}`;
}

function isOverdue(items: readonly TimelineItem[], close: TimelineItem, openedMs: number): boolean {
  const open = items.find((item) => item.kind === 'sent' && item.message.type === 'open');
  return open !== undefined && close.t - open.t > openedMs;
}

/** Scenarios in which the bot may refuse or end a call although nothing marks a stimulus. */
const EVENTFUL: ReadonlySet<string> = new Set(['failure', 'open-variants']);

/** Whether the caller does nothing unusual in the call, so that the bot has no reason to refuse or end it. */
export function isOrdinary({ record, items }: Timeline): boolean {
  return record.purpose.kind === 'call' && !EVENTFUL.has(record.scenario) && !items.some(isStimulus);
}

/** Two calls ended at the same age if their ages differ by at most this, in milliseconds and as a fraction. */
const SAME_AGE_MS = 150;
const SAME_AGE_FRACTION = 0.1;

/**
 * Returns the calls with a stimulus whose end is no reaction to it: the bot ended earlier ordinary calls in the same way at
 * the same age, or refused them in the same way; or it went on when the same stimulus was repeated.
 */
export function findUnrelatedEnds(calls: readonly Timeline[]): ReadonlySet<Timeline> {
  const ends = new Map(calls.map((call) => [call, earlyEndOf(call)]));
  const ordinary = calls.filter(isOrdinary);
  const kept = new Set(calls.flatMap((call) => keysOf(call, true)));
  return new Set(
    calls.filter((call) => {
      const end = ends.get(call);
      if (end === undefined || isOrdinary(call)) return false;
      if (keysOf(call, false).some((key) => kept.has(key))) return true;
      const isSaid = end.by === 'disconnect';
      const earlier = ordinary.filter(
        ({ record }) => (isSaid && end.openMs === undefined) || record.startedMs < call.record.startedMs,
      );
      // A crash because of this call ends and refuses others at the same time and later, but says nothing in words.
      const sameEnds = earlier.filter((one) => {
        const other = ends.get(one);
        return isSameEnd(other, end) && (isSaid || other.atMs < stimulusMs(call));
      });
      if (end.openMs === undefined) return sameEnds.length > 0;
      const { openMs } = end;
      const survivors = earlier.filter(
        (one) => !sameEnds.includes(one) && openFor(one) > openMs + ageLimit(openMs),
      );
      return sameEnds.length > survivors.length;
    }),
  );
}

const ageLimit = (openMs: number): number => SAME_AGE_MS + SAME_AGE_FRACTION * openMs;

/** When the last stimulus of a call was sent, or the call dialled if it has none: Unix time in milliseconds. */
function stimulusMs({ record, items }: Timeline): number {
  return record.startedMs + (items.findLast(isStimulus)?.t ?? 0);
}

function isSameEnd(one: EarlyEnd | undefined, other: EarlyEnd): one is EarlyEnd {
  if (one?.how !== other.how) return false;
  if (one.openMs === undefined || other.openMs === undefined) return one.openMs === other.openMs;
  return Math.abs(one.openMs - other.openMs) <= ageLimit(other.openMs);
}

/** Returns how long a call was open, in milliseconds; 0 if it was not opened. */
function openFor({ items, endMs }: Timeline): number {
  const opened = items.find((item) => typeOf(item) === 'opened');
  const end = items.find(
    (item) => (item.kind === 'sent' && item.message.type === 'close') || item.kind === 'end',
  );
  return opened === undefined ? 0 : (end?.t ?? endMs) - opened.t;
}

/** Names the stimuli of a call that the bot kept, or did not keep. A repeated stimulus has the same name. */
function keysOf(call: Timeline, isKept: boolean): string[] {
  const { record, items } = call;
  const isOpened = items.some((item) => typeOf(item) === 'opened');
  const wasTaken = isOpened && (record.purpose.kind !== 'probe' || earlyEndOf(call) === undefined);
  return [
    ...outcomesOf(call)
      .filter(({ passed }) => passed === isKept)
      .map(({ description }) => `${record.scenario}: stimulus: ${description}`),
    ...(wasTaken === isKept ? [`${record.scenario}: call: ${record.repeats ?? record.call}`] : []),
  ];
}
