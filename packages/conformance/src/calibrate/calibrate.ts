import { type Clause, type ClauseId, clauses, isUuid } from '@hookline/protocol';
import { checkArgument } from '@hookline/runtime';
import type { Trace } from '@hookline/trace';
import { conformanceError } from '../error.js';
import { readTimeline, type Timeline } from '../record/timeline.js';
import { evaluateCall } from '../rules/evaluate.js';
import { evaluateClient } from './client-rules.js';
import type { OperationalEvent } from './operational-events.js';
import { recordedCall } from './recorded-call.js';

/** The evidence of recorded calls about one clause. */
export interface Calibration {
  readonly clause: Clause<ClauseId>;
  /**
   * - `confirmed`: Genesys kept the clause, or ended the call because the bot broke it
   * - `refuted`: Genesys broke the clause, or continued the call although the bot broke it
   * - `unclear`: broken together with other clauses, so the cause of the ending is unknown
   * - `not-exercised`: no evidence in these calls
   */
  readonly outcome: 'confirmed' | 'refuted' | 'unclear' | 'not-exercised';
  /** How often it was confirmed. */
  readonly confirmations: number;
  /** How often it was refuted. */
  readonly refutations: number;
  /** The numbers of the calls with evidence, from 1. */
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
  /** Evaluates a call, as `calibrate` does. @throws HooklineError `CONFORMANCE_BAD_TRACE` for a trace of a client */
  add(trace: Trace): void;
  /** Returns the report of the calls so far. */
  report(): CalibrationReport;
}

interface Tally {
  confirmed: number;
  refuted: number;
  unclear: number;
  readonly calls: Set<number>;
}

/** Starts a calibration without calls. Its memory does not grow with their number. */
export function createCalibration(events: readonly OperationalEvent[]): CalibrationRun {
  const tallies = new Map<ClauseId, Tally>();
  const matchedEvents = new Set<OperationalEvent>();
  const calls: CalibratedCall[] = [];
  const add = (trace: Trace): void => {
    const number = calls.length + 1;
    if (trace.header.vantage === 'client') {
      throw conformanceError(
        'CONFORMANCE_BAD_TRACE',
        `Trace ${number} is of a call by Hookline's client, which gives no evidence about Genesys Cloud. Use traces of ` +
          'real calls, recorded by `hookline record` or a server.',
      );
    }
    const timeline = readTimeline(recordedCall(trace, String(number)));
    const id = conversationOf(timeline);
    const ownEvents = events.filter((event) => id !== undefined && event.conversationId === id);
    for (const event of ownEvents) matchedEvents.add(event);
    const count = (clause: ClauseId, outcome: BotEvidence) => {
      const tally = tallies.get(clause) ?? { confirmed: 0, refuted: 0, unclear: 0, calls: new Set() };
      tally[outcome] += 1;
      tally.calls.add(number);
      tallies.set(clause, tally);
    };
    for (const { clause, passed } of evaluateClient(timeline))
      count(clause, passed ? 'confirmed' : 'refuted');
    for (const [clause, outcome] of assessBotViolations(timeline, ownEvents.length > 0))
      count(clause, outcome);
    calls.push({
      number,
      vantage: trace.header.vantage,
      durationMs: timeline.endMs,
      events: ownEvents.map(({ code }) => code),
    });
  };
  const report = (): CalibrationReport => {
    const otherEvents: Record<string, number> = {};
    for (const event of events) {
      if (!matchedEvents.has(event)) otherEvents[event.code] = (otherEvents[event.code] ?? 0) + 1;
    }
    return {
      calls: [...calls],
      otherEvents,
      clauses: clauses.map((clause) => {
        const { confirmed = 0, refuted = 0, unclear = 0, calls: seen = [] } = tallies.get(clause.id) ?? {};
        const outcome =
          refuted > 0 ? 'refuted' : confirmed > 0 ? 'confirmed' : unclear > 0 ? 'unclear' : 'not-exercised';
        return { clause, outcome, confirmations: confirmed, refutations: refuted, calls: [...seen] };
      }),
    };
  };
  return { add, report };
}

type BotEvidence = 'confirmed' | 'refuted' | 'unclear';

/** Returns the evidence from the clauses that the bot violated. */
function assessBotViolations(timeline: Timeline, hasEvents: boolean): Map<ClauseId, BotEvidence> {
  const violations = evaluateCall(timeline.record).filter(({ passed }) => !passed);
  const violatedClauses = new Set(violations.map(({ clause }) => clause));
  const endedByPlatform = hasEvents || hasErrorEnding(timeline);
  return new Map(
    [...violatedClauses].map((clause) => {
      const first = violations.find((one) => one.clause === clause);
      const violatedAtMs = timeline.record.events[first?.index ?? 0]?.t ?? 0;
      if (!endedByPlatform && timeline.endMs - violatedAtMs >= CONTINUED_MS) return [clause, 'refuted'];
      return [clause, endedByPlatform && violatedClauses.size === 1 ? 'confirmed' : 'unclear'];
    }),
  );
}

/** Whether Genesys ended the call with an error. */
function hasErrorEnding({ items }: Timeline): boolean {
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
