import type { CallEvent, CallResult } from '@hookline/client';
import type { EventExpectation, FactRule } from '../scenario.js';
import { EVENTS } from '../schema/parts.js';
import { shownMs } from '../values/duration.js';

/** The name of an event as files write it. */
export function eventWord(name: CallEvent['name']): string {
  return Object.entries(EVENTS).find(([, own]) => own === name)?.[0] ?? name;
}

/** A fact of an event; undefined where it has none of that name. */
export function factOf(event: CallEvent, fact: string): unknown {
  return Object.hasOwn(event, fact) ? Reflect.get(event, fact) : undefined;
}

/** Whether an event is what an expectation asks for. */
export function fitsEvent(event: CallEvent, expected: EventExpectation): boolean {
  return event.name === expected.name && expected.facts.every((rule) => fitsFact(event, rule));
}

function fitsFact(event: CallEvent, rule: FactRule): boolean {
  const value = factOf(event, rule.fact);
  if ('range' in rule) return typeof value === 'number' && rule.range.holds(value);
  return (typeof value === 'string' || typeof value === 'number') && rule.text.fits(String(value));
}

/** Facts whose name in a file is another one. */
const FACT_WORDS: Readonly<Record<string, string>> = { heardMs: 'heard', droppedMs: 'dropped' };

/** What a file compares without a name of a fact. */
const MEASURED: Partial<Record<CallEvent['name'], string>> = { reply: 'reply', pong: 'ping_rtt' };

/** An expectation in words: `turn with text /which day/i`, `reply <= 1200ms`. */
export function describeExpected({ name, facts }: EventExpectation): string {
  const [first] = facts;
  const measured = MEASURED[name];
  if (measured !== undefined && first && 'range' in first) return `${measured} ${first.range.text}`;
  const rules = facts.map(
    (rule) => `${FACT_WORDS[rule.fact] ?? rule.fact} ${'range' in rule ? rule.range.text : rule.text.text}`,
  );
  return rules.length === 0 ? eventWord(name) : `${eventWord(name)} with ${rules.join(' and ')}`;
}

/** How a call ended, and why: `ended on the failure path (refused: …)`, `was disconnected (hangup)`. */
export function describeEnd(result: CallResult): string {
  if (result.path === 'disconnected') return `was disconnected (${result.reason})`;
  const why = result.path === 'failure' ? ` (${result.cause}: ${result.failureOutputs.errorMessage})` : '';
  return `ended on the ${result.path} path${why}`;
}

/** An event in words: `turn match "which day?" at 3.21 s`. */
export function describeEvent(event: CallEvent): string {
  return `${[eventWord(event.name), ...detailsOf(event)].join(' ')} at ${(event.t / 1000).toFixed(2)} s`;
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
      return [event.ended, `${shownMs(event.heardMs)} heard`];
    case 'bargeIn':
      return [`${shownMs(event.droppedMs)} dropped`];
    case 'reply':
      return [`after ${shownMs(event.replyMs)}`];
    case 'pong':
      return [`round trip ${shownMs(event.rttMs)}`];
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
