import { type Clause, type ClauseId, clauses, isUuid } from '@hookline/protocol';
import { checkArgument } from '@hookline/runtime';
import { masksPersonalData, type Trace } from '@hookline/trace';
import { conformanceError } from '../error.js';
import { readTimeline, type Timeline } from '../record/timeline.js';
import { evaluateCall } from '../rules/evaluate.js';
import { evaluateClient } from './client-rules.js';
import type { OperationalEvent } from './operational-events.js';
import { recordedCall } from './recorded-call.js';

/** The evidence of recorded calls about one clause, and one side that it binds. */
export interface Calibration {
  readonly clause: Clause<ClauseId>;
  /** Whose behaviour it is about: `client` is Genesys Cloud, `server` the bot. A clause that binds both has an entry for each. */
  readonly side: 'client' | 'server';
  /**
   * - `confirmed`: Genesys kept the clause, or ended the call with an error soon after the bot broke it, or reported an
   *   operational event about a call in which the bot broke it and which the bot did not complete
   * - `refuted`: Genesys broke the clause, or continued the call although the bot broke it
   * - `unclear`: broken together with other clauses or after Genesys ended the call, so the cause of the ending is
   *   unknown
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

/** If a call continues this long after a violation, the violation is not known to have ended it. In milliseconds. */
const CONTINUED_MS = 10_000;

/**
 * Compares recorded calls of the live platform with the clauses. Clauses for Genesys are evaluated by the messages it
 * sent. A clause for the bot gives evidence only if the bot violated it: whether the platform then ended the call. A
 * message `error` alone is none, because many errors do not end a call.
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
  const tallies = { client: new Map<ClauseId, Tally>(), server: new Map<ClauseId, Tally>() };
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
    const count = (side: Calibration['side'], clause: ClauseId, outcome: BotEvidence) => {
      const tally = tallies[side].get(clause) ?? { confirmed: 0, refuted: 0, unclear: 0, calls: new Set() };
      tally[outcome] += 1;
      tally.calls.add(number);
      tallies[side].set(clause, tally);
    };
    for (const { clause, passed } of evaluateClient(timeline, masksPersonalData(trace.header)))
      count('client', clause, passed ? 'confirmed' : 'refuted');
    for (const [clause, outcome] of assessBotViolations(timeline, ownEvents.length > 0))
      count('server', clause, outcome);
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
      clauses: clauses.flatMap((clause) =>
        sidesOf(clause).map((side): Calibration => {
          const {
            confirmed = 0,
            refuted = 0,
            unclear = 0,
            calls: seen = [],
          } = tallies[side].get(clause.id) ?? {};
          const outcome =
            refuted > 0 ? 'refuted' : confirmed > 0 ? 'confirmed' : unclear > 0 ? 'unclear' : 'not-exercised';
          return { clause, side, outcome, confirmations: confirmed, refutations: refuted, calls: [...seen] };
        }),
      ),
    };
  };
  return { add, report };
}

function sidesOf({ bound }: Clause): readonly Calibration['side'][] {
  return bound === 'both' ? ['client', 'server'] : [bound];
}

type BotEvidence = 'confirmed' | 'refuted' | 'unclear';

/** Returns the evidence from the clauses that the bot violated. */
function assessBotViolations(timeline: Timeline, hasEvents: boolean): Map<ClauseId, BotEvidence> {
  const violations = evaluateCall(timeline.record).filter(({ passed }) => !passed);
  const violatedClauses = new Set(violations.map(({ clause }) => clause));
  const atMs = (index: number) => timeline.record.events[index]?.t ?? 0;
  const errorMs = closeMs(timeline, 'error');
  // A call that the bot completed was not ended by the platform, whatever the event is about.
  const isReported = hasEvents && closeMs(timeline, 'disconnect') === undefined;
  // What the bot broke only after Genesys had closed with an error did not cause that.
  const isCause = (violatedAtMs: number) => errorMs === undefined || violatedAtMs <= errorMs;
  const causes = new Set(violations.filter(({ index }) => isCause(atMs(index))).map(({ clause }) => clause));
  const evidenceSince = (violatedAtMs: number): BotEvidence => {
    if (!isCause(violatedAtMs)) return 'unclear';
    const continued = (errorMs ?? timeline.endMs) - violatedAtMs >= CONTINUED_MS;
    const ended = isReported || (errorMs !== undefined && !continued);
    if (ended) return causes.size === 1 ? 'confirmed' : 'unclear';
    return continued && errorMs === undefined ? 'refuted' : 'unclear';
  };
  return new Map(
    [...violatedClauses].map((clause) => {
      const first = violations.find((one) => one.clause === clause);
      return [clause, evidenceSince(atMs(first?.index ?? 0))];
    }),
  );
}

/** When Genesys ended the call with `close` and this reason; undefined if it did not. */
function closeMs({ items }: Timeline, reason: string): number | undefined {
  for (const item of items) {
    if (item.kind !== 'sent' || item.message.type !== 'close') continue;
    if (item.message.parameters['reason'] === reason) return item.t;
  }
  return undefined;
}

function conversationOf({ items }: Timeline): string | undefined {
  for (const item of items) {
    if (item.kind !== 'sent' || item.message.type !== 'open') continue;
    const id = item.message.parameters['conversationId'];
    return typeof id === 'string' && isUuid(id) ? id.toLowerCase() : undefined;
  }
  return undefined;
}
