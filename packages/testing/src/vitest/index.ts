import {
  DEFAULT_WITHIN_MS,
  type ExpectationInput,
  loadScenarios,
  type ReadScenarioOptions,
  runScenario,
} from '@hookline/scenario';
import { afterAll, test as base, expect } from 'vitest';
import { stopBots } from '../bot-command.js';
import { type BotTarget, readyBot } from '../bot-target.js';
import { isVirtualClock } from '../check.js';
import { openTestCall, type TestCall, type TestCallAction } from '../test-call.js';
import './matchers.js';

/** The fixtures of `test`. */
export interface HooklineFixtures {
  /** The bot: `test.override({ bot: { handler: parrot } })`, within a `describe`. */
  bot: BotTarget | undefined;
  /** `virtual` refuses a bot whose time cannot be virtual, `real` uses the system clock. Default: virtual if possible. */
  clock: 'auto' | 'virtual' | 'real';
  /** Default wait of an expectation, in milliseconds. */
  within: number;
  /** Calls the bot. A call that is left open fails its test. */
  call: (action?: TestCallAction) => Promise<TestCall>;
}

afterAll(stopBots);

/** vitest's `test` with a bot and calls. */
export const test = base.extend<HooklineFixtures>({
  bot: undefined,
  clock: 'auto',
  within: DEFAULT_WITHIN_MS,
  call: async ({ bot, clock, within, task, onTestFinished }, use) => {
    const calls: TestCall[] = [];
    // Runs after the rest of the test, when its outcome is known.
    onTestFinished(async () => {
      if (task.result?.state !== 'fail') for (const call of calls) await call.deleteTrace();
    });
    await use(async (action) => {
      const target = givenBot(bot);
      const call = await openTestCall(target, action, { ...virtualOf(clock), within, keepTrace: true });
      calls.push(call);
      return call;
    });
    const open = calls.filter((call) => call.isOpen && !call.isFinished);
    for (const call of calls) await call.finish();
    if (open.length > 0 && task.result?.state !== 'fail') {
      throw new Error(
        `${open.length} call(s) were left open by this test: write await using, or await call.hangup(). Traces: ${open.map(({ trace }) => trace).join(', ')}`,
      );
    }
  },
});

function givenBot(bot: BotTarget | undefined): BotTarget {
  if (bot) return bot;
  throw new Error(
    'No bot is given: write test.override({ bot: { handler: … } }) (or { bot }, or { url }) in the describe of the test.',
  );
}

function virtualOf(clock: HooklineFixtures['clock']): { readonly virtual?: boolean } {
  return clock === 'auto' ? {} : { virtual: clock === 'virtual' };
}

/**
 * Defines a test for each scenario of a file. Call it in a `describe`, with `await` at the top of a module.
 *
 * @param options - `speech`: the text-to-speech command for what callers say
 * @throws ScenarioFileError `SCENARIO_BAD_FILE` as a rejection
 */
export async function scenario(
  path: string,
  bot: BotTarget,
  options: ReadScenarioOptions = {},
): Promise<void> {
  for (const one of await loadScenarios(path, options)) {
    base(one.name, { timeout: SCENARIO_TIMEOUT_MS }, async () => {
      const { integration, clock } = await readyBot(bot);
      const running = runScenario(one, { integration, clock });
      const { failure } = await (isVirtualClock(clock) ? clock.run(running) : running);
      if (!failure) return;
      const { line, column, file = one.file } = failure.place;
      throw new Error(
        `${file}:${line}:${column}  ${failure.text}\nexpected ${failure.expected}\n     got ${failure.got}`,
      );
    });
  }
}

/** Calls may last 15 minutes. */
const SCENARIO_TIMEOUT_MS = 900_000;

export { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';
export type { BotTarget, TestCall, TestCallAction };
export { type ExpectationInput, expect };
