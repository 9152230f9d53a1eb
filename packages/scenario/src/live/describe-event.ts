import type { CallEvent, CallResult } from '@hookline/client';
import type { EventExpectation, FactRule } from '../scenario.js';
import { EVENTS } from '../schema/parts.js';
import { formatMs } from '../values/duration.js';

/** Returns the name of an event in scenario files. */
export function scenarioEventName(name: CallEvent['name']): string {
  return Object.entries(EVENTS).find(([, own]) => own === name)?.[0] ?? name;
}

/** Returns a property of an event, or undefined if it has none of that name. */
export function readFact(event: CallEvent, fact: string): unknown {
  return Object.hasOwn(event, fact) ? Reflect.get(event, fact) : undefined;
}

/** Whether an event meets an expectation. */
export function matchesEvent(event: CallEvent, expected: EventExpectation): boolean {
  return event.name === expected.name && expected.facts.every((rule) => matchesFact(event, rule));
}

function matchesFact(event: CallEvent, rule: FactRule): boolean {
  const value = readFact(event, rule.fact);
  if ('range' in rule) return typeof value === 'number' && rule.range.includes(value);
  return (typeof value === 'string' || typeof value === 'number') && rule.text.matches(String(value));
}

/** Event properties that have another name in scenario files. */
const FACT_NAMES: Readonly<Record<string, string>> = { heardMs: 'heard', droppedMs: 'dropped' };

/** Events with a single measured value, by their key in scenario files. */
const MEASUREMENT_NAMES: Partial<Record<CallEvent['name'], string>> = { reply: 'reply', pong: 'ping_rtt' };

/** Describes an expectation: `turn with text /which day/i`, `reply <= 1200ms`. */
export function describeExpected({ name, facts }: EventExpectation): string {
  const [first] = facts;
  const measurementName = MEASUREMENT_NAMES[name];
  if (measurementName !== undefined && first && 'range' in first)
    return `${measurementName} ${first.range.text}`;
  const rules = facts.map(
    (rule) => `${FACT_NAMES[rule.fact] ?? rule.fact} ${'range' in rule ? rule.range.text : rule.text.text}`,
  );
  return rules.length === 0
    ? scenarioEventName(name)
    : `${scenarioEventName(name)} with ${rules.join(' and ')}`;
}

/** Describes how a call ended and why: `ended on the failure path (refused: …)`, `was disconnected (hangup)`. */
export function describeEnd(result: CallResult): string {
  if (result.path === 'disconnected') return `was disconnected (${result.reason})`;
  const why = result.path === 'failure' ? ` (${result.cause}: ${result.failureOutputs.errorMessage})` : '';
  return `ended on the ${result.path} path${why}`;
}

/** Describes an event: `turn match "which day?" at 3.21 s`. */
export function describeEvent(event: CallEvent): string {
  return `${[scenarioEventName(event.name), ...detailsOf(event)].join(' ')} at ${(event.t / 1000).toFixed(2)} s`;
}

function detailsOf(event: CallEvent): string[] {
  switch (event.name) {
    case 'turn':
      return [
        event.disposition,
        ...(event.text === undefined ? ['without text'] : [JSON.stringify(event.text)]),
        ...(event.confidence === undefined ? [] : [`confidence ${event.confidence}`]),
      ];
    case 'playbackCompleted':
      return [event.ended, `${formatMs(event.heardMs)} heard`];
    case 'bargeIn':
      return [`${formatMs(event.droppedMs)} dropped`];
    case 'reply':
      return [`after ${formatMs(event.replyMs)}`];
    case 'pong':
      return [`round trip ${formatMs(event.rttMs)}`];
    case 'error':
      return [`${event.code} ${JSON.stringify(event.message)}`];
    case 'disconnect':
      return [event.reason, ...(event.info === undefined ? [] : [JSON.stringify(event.info)])];
    case 'warning':
      return [event.message];
    case 'ended':
      return [`on the ${event.result.path} path`];
    default:
      return [];
  }
}
