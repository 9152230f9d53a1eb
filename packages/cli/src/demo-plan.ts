import { toMulaw8k } from '@hookline/audio/resample';
import { type PhraseName, phrase } from '@hookline/bots';
import type { CallPlan } from './options/call-plan.js';

/** A caller for a reference bot: what it does in words, and the plan of it. */
export interface DemoCaller {
  readonly about: string;
  readonly plan: CallPlan;
}

/** Lets the bot finish, expects nothing, and hangs up when nothing more is heard. */
const POLITE: CallPlan = {
  lines: [],
  turnGapMs: 300,
  keys: [],
  bargeIns: [],
  idleHangupMs: 10_000,
  expected: { outputs: [] },
  action: {},
};

const speech = (name: PhraseName) => toMulaw8k(phrase(name).bytes);
const quote = (name: PhraseName) => JSON.stringify(phrase(name).text);

const CALLERS: Readonly<Record<string, () => Promise<DemoCaller>>> = {
  parrot: async () => ({
    about: `says ${quote('hello')}, then ${quote('table')}`,
    plan: { ...POLITE, lines: [await speech('hello'), await speech('table')] },
  }),
  echo: async () => ({
    about: `says ${quote('hello')} and presses #`,
    plan: {
      ...POLITE,
      lines: [await speech('hello')],
      keys: [{ digits: '#', when: { from: 'opened', afterMs: 4000 } }],
    },
  }),
  greeter: async () => ({
    about: `interrupts the greeting with ${quote('table')}`,
    plan: { ...POLITE, bargeIns: [{ speech: await speech('table'), when: { from: 1, afterMs: 1200 } }] },
  }),
  ivr: async () => ({
    about: 'enters 1234# over the prompt, then 1 for an agent',
    plan: {
      ...POLITE,
      keys: [
        { digits: '1234#', when: { from: 1, afterMs: 1500 } },
        { digits: '1', when: { from: 2, afterMs: 1500 } },
      ],
    },
  }),
};

/** Who calls that bot in a demonstration: somebody who hangs up after a while, where nobody else is named. */
export async function demoCaller(bot: string): Promise<DemoCaller> {
  const caller = CALLERS[bot];
  return caller ? caller() : { about: 'says nothing and hangs up', plan: { ...POLITE, hangupAfterMs: 3000 } };
}
