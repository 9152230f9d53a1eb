import { atMoment, type Call, hangUpWhenIdle, sayInTurn } from '@hookline/client';
import type { Clock } from '@hookline/runtime';
import type { CallPlan } from './options/call-plan.js';

/** Lets the caller of a call do what the plan says. */
export function carryOut(plan: CallPlan, call: Call, clock: Clock): void {
  for (const { digits, when } of plan.keys) atMoment(call, clock, when, () => void call.sendDtmf(digits));
  for (const { speech, when } of plan.bargeIns) atMoment(call, clock, when, () => void call.say(speech));
  if (plan.hangupAfterMs !== undefined) {
    atMoment(call, clock, { from: 'opened', afterMs: plan.hangupAfterMs }, () => call.hangup());
  }
  const said = sayInTurn(call, clock, plan.lines, { turnGapMs: plan.turnGapMs });
  if (plan.idleHangupMs !== undefined) hangUpWhenIdle(call, clock, said, plan.idleHangupMs);
}
