import { toMulaw8k } from '@hookline/audio/resample';
import { type PhraseName, phrase } from '@hookline/bots';
import type { CallPlan } from './options/call-plan.js';

/** A caller for a reference bot: a description for people, and the plan. */
export interface DemoCaller {
  readonly description: string;
  readonly plan: CallPlan;
}

/** Waits for the bot to finish, expects nothing, and hangs up after a silence. */
const BASE_PLAN: CallPlan = {
  utterances: [],
  turnGapMs: 300,
  dtmf: [],
  bargeIns: [],
  idleHangupMs: 10_000,
  expected: { outputs: [] },
  action: {},
};

const speech = (name: PhraseName) => toMulaw8k(phrase(name).bytes);
const quote = (name: PhraseName) => JSON.stringify(phrase(name).text);

const CALLERS: Readonly<Record<string, () => Promise<DemoCaller>>> = {
  parrot: async () => ({
    description: `says ${quote('hello')}, then ${quote('table')}`,
    plan: { ...BASE_PLAN, utterances: [await speech('hello'), await speech('table')] },
  }),
  echo: async () => ({
    description: `says ${quote('hello')} and presses #`,
    plan: {
      ...BASE_PLAN,
      utterances: [await speech('hello')],
      dtmf: [{ digits: '#', when: { from: 'opened', afterMs: 4000 } }],
    },
  }),
  greeter: async () => ({
    description: `interrupts the greeting with ${quote('table')}`,
    plan: { ...BASE_PLAN, bargeIns: [{ speech: await speech('table'), when: { from: 1, afterMs: 1200 } }] },
  }),
  ivr: async () => ({
    description: 'enters 1234# over the prompt, then 1 for an agent',
    plan: {
      ...BASE_PLAN,
      dtmf: [
        { digits: '1234#', when: { from: 1, afterMs: 1500 } },
        { digits: '1', when: { from: 2, afterMs: 1500 } },
      ],
    },
  }),
};

/** The caller for a bot in the demo; for an unknown bot, a silent caller who hangs up after 3 s. */
export async function demoCaller(bot: string): Promise<DemoCaller> {
  const caller = CALLERS[bot];
  return caller
    ? caller()
    : { description: 'says nothing and hangs up', plan: { ...BASE_PLAN, hangupAfterMs: 3000 } };
}
