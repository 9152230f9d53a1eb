import type { CallEvent } from '@hookline/client';
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

/** An expectation in words: `turn with text /which day/i`. */
export function describeExpected({ name, facts }: EventExpectation): string {
  const rules = facts.map((rule) => `${rule.fact} ${'range' in rule ? rule.range.text : rule.text.text}`);
  return rules.length === 0 ? eventWord(name) : `${eventWord(name)} with ${rules.join(' and ')}`;
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
