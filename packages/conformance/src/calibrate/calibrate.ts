import { type Clause, type ClauseId, clauses, isUuid } from '@hookline/protocol';
import { checkArgument } from '@hookline/runtime';
import type { Trace } from '@hookline/trace';
import { conformanceError } from '../error.js';
import { readTimeline, type Timeline } from '../record/timeline.js';
import { evaluateCall } from '../rules/judge.js';
import { evaluateClient } from './client-rules.js';
import type { OperationalEvent } from './operational-events.js';
import { recordedCall } from './recorded-call.js';

/** The evidence of recorded calls about one clause. */
export interface Calibration {
  readonly clause: Clause<ClauseId>;
  /**
   * - `confirmed`: Genesys did as the clause says, or ended the call over a bot that broke it
   * - `refuted`: Genesys did otherwise, or went on with the call although the bot broke the clause
   * - `unclear`: broken together with other clauses, so the cause of the ending is unknown
   * - `not-exercised`: no evidence in these calls
   */
  readonly outcome: 'confirmed' | 'refuted' | 'unclear' | 'not-exercised';
  /** How often it was confirmed and refuted, and in which calls, by their numbers from 1. */
  readonly confirmations: number;
  readonly refutations: number;
  readonly calls: readonly number[];
}

/** One call of a calibration, without identifying data. */
export interface CalibratedCall {
  /** From 1, in the order given. */
  readonly number: number;
  readonly vantage: string;
  readonly durationMs: number;
  /** Codes of the operational events of its conversation. */
  readonly events: readonly string[];
}

/** The result of `calibrate`. */
export interface CalibrationReport {
  readonly calls: readonly CalibratedCall[];
  readonly clauses: readonly Calibration[];
  /** Operational events that belong to none of the calls, counted by code. */
  readonly otherEvents: Readonly<Record<string, number>>;
}

/** If a call continues this long after a violation, the violation did not end it. In milliseconds. */
const CONTINUED_MS = 10_000;

/**
 * Compares recorded calls of the live platform with the clauses. Clauses for Genesys are evaluated by the messages it
 * sent. A clause for the bot gives evidence only if the bot violated it: whether the platform then ended the call.
 *
 * @param traces - taken by a proxy or a server; a call made by Hookline gives no evidence about Genesys
 * @throws HooklineError `CONFORMANCE_BAD_TRACE` for a trace of a client
 */
export function calibrate(traces: readonly Trace[], events: readonly OperationalEvent[]): CalibrationReport {
  checkArgument('CONFORMANCE_BAD_OPTION', 'calibrate: traces', traces, 'list');
  checkArgument('CONFORMANCE_BAD_OPTION', 'calibrate: events', events, 'list');
  const calibration = createCalibration(events);
  for (const trace of traces) calibration.add(trace);
  return calibration.report();
}

/** A calibration that processes calls one by one and does not keep them. */
export interface CalibrationRun {
  /** Judges a call, as `calibrate` does. @throws HooklineError `CONFORMANCE_BAD_TRACE` for a trace of a client */
  add(trace: Trace): void;
  /** Returns the report of the calls so far. */
  report(): CalibrationReport;
}

/** Starts a calibration with no calls: its memory does not grow with their number. */
export function createCalibration(events: readonly OperationalEvent[]): CalibrationRun {
  const tallies = new Map<ClauseId, { held: number; broken: number; unclear: number; calls: Set<number> }>();
  const joined = new Set<OperationalEvent>();
  const calls: CalibratedCall[] = [];
  const add = (trace: Trace): void => {
    const number = calls.length + 1;
    if (trace.header.vantage === 'client') {
      throw conformanceError(
        'CONFORMANCE_BAD_TRACE',
        `Trace ${number} was taken by Hookline's own client, which says nothing of Genesys Cloud. Give traces of ` +
          'real calls: hookline record, or the server.',
      );
    }
    const timeline = readTimeline(recordedCall(trace, String(number)));
    const id = conversationOf(timeline);
    const own = events.filter((event) => id !== undefined && event.conversationId === id);
    for (const event of own) joined.add(event);
    const count = (clause: ClauseId, what: 'held' | 'broken' | 'unclear') => {
      const tally = tallies.get(clause) ?? { held: 0, broken: 0, unclear: 0, calls: new Set() };
      tally[what] += 1;
      tally.calls.add(number);
      tallies.set(clause, tally);
    };
    for (const { clause, held } of evaluateClient(timeline)) count(clause, held ? 'held' : 'broken');
    for (const [clause, what] of assessBotBreaches(timeline, own.length > 0)) count(clause, what);
    calls.push({
      number,
      vantage: trace.header.vantage,
      durationMs: timeline.endMs,
      events: own.map(({ code }) => code),
    });
  };
  const report = (): CalibrationReport => {
    const otherEvents: Record<string, number> = {};
    for (const event of events) {
      if (!joined.has(event)) otherEvents[event.code] = (otherEvents[event.code] ?? 0) + 1;
    }
    return {
      calls: [...calls],
      otherEvents,
      clauses: clauses.map((clause) => {
        const { held = 0, broken = 0, unclear = 0, calls: seen = [] } = tallies.get(clause.id) ?? {};
        const outcome =
          broken > 0 ? 'refuted' : held > 0 ? 'confirmed' : unclear > 0 ? 'unclear' : 'not-exercised';
        return { clause, outcome, confirmations: held, refutations: broken, calls: [...seen] };
      }),
    };
  };
  return { add, report };
}

/** Returns the evidence from the clauses that the bot violated. */
function assessBotBreaches(
  timeline: Timeline,
  hasEvents: boolean,
): Map<ClauseId, 'held' | 'broken' | 'unclear'> {
  const breaks = evaluateCall(timeline.record).filter(({ held }) => !held);
  const ids = new Set(breaks.map(({ clause }) => clause));
  const punished = hasEvents || endedOver(timeline);
  return new Map(
    [...ids].map((clause) => {
      const first = breaks.find((one) => one.clause === clause);
      const brokenAt = timeline.record.events[first?.index ?? 0]?.t ?? 0;
      if (!punished && timeline.endMs - brokenAt >= CONTINUED_MS) return [clause, 'broken'];
      return [clause, punished && ids.size === 1 ? 'held' : 'unclear'];
    }),
  );
}

/** Whether Genesys ended the call with an error. */
function endedOver({ items }: Timeline): boolean {
  return items.some(
    (item) =>
      item.kind === 'sent' &&
      (item.message.type === 'error' ||
        (item.message.type === 'close' && item.message.parameters['reason'] === 'error')),
  );
}

function conversationOf({ items }: Timeline): string | undefined {
  for (const item of items) {
    if (item.kind !== 'sent' || item.message.type !== 'open') continue;
    const id = item.message.parameters['conversationId'];
    return typeof id === 'string' && isUuid(id) ? id.toLowerCase() : undefined;
  }
  return undefined;
}
