import { describeEnd } from '../live/describe-event.js';
import type { LiveCall } from '../live/live-call.js';
import { whatCame } from '../live/meet.js';
import type { Action, ActionStep } from '../scenario.js';
import { EVENTS, isEventWord } from '../schema/parts.js';
import { shownMs } from '../values/duration.js';
import type { StepMoment } from '../values/moment.js';

/** When a step was carried out, in milliseconds since dialling. */
export interface StepSpan {
  readonly startMs: number;
  readonly endMs: number;
}

/** Why an action was not carried out. */
export interface NotPerformed {
  readonly expected: string;
  readonly got: string;
}

/**
 * Carries out an action, at its moment.
 *
 * @param spans - of the steps before that have an id
 */
export async function perform(
  live: LiveCall,
  { action, text }: Pick<ActionStep, 'action' | 'text'>,
  spans: ReadonlyMap<string, StepSpan> = new Map(),
): Promise<NotPerformed | undefined> {
  if (action.do === 'wait') {
    await live.waitUntil(live.nowMs + action.ms);
    return undefined;
  }
  const opened = await opens(live);
  if (opened) return opened;
  const waited = await moment(live, action, spans);
  if (waited) return waited;
  if (live.result) {
    return {
      expected: `the call to be going on for ${text}`,
      got: `the call ${describeEnd(live.result)} before`,
    };
  }
  const done = live.begin(action.do === 'say');
  await carryOut(live, action);
  done.endMs = live.nowMs;
  return undefined;
}

async function opens(live: LiveCall): Promise<NotPerformed | undefined> {
  await live.until(() => live.result ?? live.openedAtMs, undefined);
  if (live.openedAtMs !== undefined) return undefined;
  const how = live.result ? describeEnd(live.result) : 'is gone';
  return { expected: 'the call to open', got: `the call ${how}` };
}

/** Waits for the moment of an action; a caller who speaks without one waits for their turn. */
async function moment(
  live: LiveCall,
  action: Exclude<Action, { do: 'wait' }>,
  spans: ReadonlyMap<string, StepSpan>,
): Promise<NotPerformed | undefined> {
  const { at } = action;
  if (at === undefined) {
    if (action.do !== 'say' || (await live.turn())) return undefined;
    return { expected: 'the bot to fall silent', got: 'it went on speaking for 2 minutes' };
  }
  const fromMs = await beginning(live, at, spans);
  if (typeof fromMs !== 'number') return fromMs;
  await live.waitUntil(fromMs + at.afterMs);
  return undefined;
}

async function beginning(
  live: LiveCall,
  { event, step, edge }: StepMoment,
  spans: ReadonlyMap<string, StepSpan>,
): Promise<number | NotPerformed> {
  if (step !== undefined) {
    const span = spans.get(step);
    return (edge === 'start' ? span?.startMs : span?.endMs) ?? live.nowMs;
  }
  if (event === undefined || event === 'now' || !isEventWord(event)) return live.nowMs;
  const name = EVENTS[event];
  const { events: from } = live.last;
  // What came since the last action began counts: a step in between may have waited for that very event.
  const found = await live.until(() => {
    const came = live.log.events.slice(from).find((one) => one.name === name);
    return came?.t ?? (live.result ? 'ended' : undefined);
  }, live.nowMs + live.withinMs);
  if (typeof found === 'number') return found;
  const before = live.result ? `the call ${describeEnd(live.result)} before; ` : '';
  return {
    expected: `${event} within ${shownMs(live.withinMs)}, to begin at`,
    got: `${before}${whatCame(live, from, name)}`,
  };
}

async function carryOut({ call }: LiveCall, action: Exclude<Action, { do: 'wait' }>): Promise<void> {
  switch (action.do) {
    case 'say':
      return call.say(action.audio);
    case 'dtmf':
      return call.sendDtmf(action.digits, { intervalMs: action.gapMs });
    case 'language':
      return call.setLanguage(action.language);
    case 'pause':
      return call.hold();
    case 'resume':
      return call.unhold();
    case 'hangup':
      call.hangup();
      await call.result;
  }
}
