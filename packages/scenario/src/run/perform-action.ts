import { describeEventsSince } from '../live/await-expectation.js';
import { describeEnd } from '../live/describe-event.js';
import type { LiveCall } from '../live/live-call.js';
import type { Action, ActionStep } from '../scenario.js';
import { EVENTS, isScenarioEventName } from '../schema/parts.js';
import { formatMs } from '../values/duration.js';
import type { StepMoment } from '../values/moment.js';

/** When a step ran, in milliseconds since dialling. */
export interface StepSpan {
  readonly startMs: number;
  readonly endMs: number;
}

/** Why an action was not performed. */
export interface ActionFailure {
  readonly expected: string;
  readonly got: string;
}

/**
 * Performs an action at its moment.
 *
 * @param spans - the times of earlier steps, by id
 */
export async function performAction(
  live: LiveCall,
  { action, text }: Pick<ActionStep, 'action' | 'text'>,
  spans: ReadonlyMap<string, StepSpan> = new Map(),
): Promise<ActionFailure | undefined> {
  if (action.type === 'wait') {
    const waited = live.beginWait();
    await live.waitUntil(waited.startMs + action.ms);
    waited.endMs = live.nowMs;
    return undefined;
  }
  const openFailure = await waitForOpen(live);
  if (openFailure) return openFailure;
  const momentFailure = await waitForMoment(live, action, spans);
  if (momentFailure) return momentFailure;
  if (live.result) {
    return {
      expected: `the call to be in progress for ${text}`,
      got: `the call ${describeEnd(live.result)} before that`,
    };
  }
  const performed = live.beginAction();
  await execute(live, action);
  performed.endMs = live.nowMs;
  return undefined;
}

async function waitForOpen(live: LiveCall): Promise<ActionFailure | undefined> {
  await live.waitFor(() => live.result ?? live.openedAtMs, undefined);
  if (live.openedAtMs !== undefined) return undefined;
  const how = live.result ? describeEnd(live.result) : 'is closed';
  return { expected: 'the call to open', got: `the call ${how}` };
}

/** Waits for the moment of an action. Speech without a moment waits for the caller's turn. */
async function waitForMoment(
  live: LiveCall,
  action: Exclude<Action, { type: 'wait' }>,
  spans: ReadonlyMap<string, StepSpan>,
): Promise<ActionFailure | undefined> {
  const { at } = action;
  if (at === undefined) {
    if (action.type !== 'say' || (await live.waitForTurn())) return undefined;
    return { expected: 'the bot to fall silent', got: 'it kept speaking for 2 minutes' };
  }
  const fromMs = await resolveMoment(live, at, spans);
  if (typeof fromMs !== 'number') return fromMs;
  await live.waitUntil(fromMs + at.afterMs);
  return undefined;
}

async function resolveMoment(
  live: LiveCall,
  { event, step, edge }: StepMoment,
  spans: ReadonlyMap<string, StepSpan>,
): Promise<number | ActionFailure> {
  if (step !== undefined) {
    const span = spans.get(step);
    return (edge === 'start' ? span?.startMs : span?.endMs) ?? live.nowMs;
  }
  if (event === undefined || event === 'now' || !isScenarioEventName(event)) return live.nowMs;
  const name = EVENTS[event];
  const { events: from } = live.lastAction;
  // Events since the start of the last action count: a step in between may have waited for the same event.
  const found = await live.waitFor(() => {
    const event = live.log.events.slice(from).find((one) => one.name === name);
    return event?.t ?? (live.result ? 'ended' : undefined);
  }, live.nowMs + live.withinMs);
  if (typeof found === 'number') return found;
  const before = live.result ? `the call ${describeEnd(live.result)} before that; ` : '';
  return {
    expected: `${event}, which starts this step, within ${formatMs(live.withinMs)}`,
    got: `${before}${describeEventsSince(live, from, name)}`,
  };
}

async function execute(live: LiveCall, action: Exclude<Action, { type: 'wait' }>): Promise<void> {
  const { call } = live;
  switch (action.type) {
    case 'say':
      return live.say(action.audio);
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
