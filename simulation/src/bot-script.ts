import type { Call, CallHandler, Outputs } from '@hookline/server';
import { BOT_ACTIONS, type BotContext } from './bot-actions.js';
import { listenAtRandom } from './bot-listeners.js';
import type { Random } from './random.js';

/** Draws a bot: actions in sequence and at the same time, and an end of any kind. */
export function botScript(context: BotContext): CallHandler {
  const { random, machine, record } = context;
  const steps = random.integer(0, 7);
  const concurrentActions = random.weighted([
    [5, 0],
    [2, 1],
    [2, 4],
  ]);
  const continuesAfterErrors = random.chance(0.3);
  const end = drawEnd(context);
  return async (call) => {
    record.called = true;
    record.stats = call.stats;
    listenAtRandom(call, context);
    for (let count = 0; count < concurrentActions; count++) {
      machine.scheduleScript(
        random.integer(0, 4000),
        () => void runRandomAction(call, context).catch(() => {}),
      );
    }
    for (let step = 0; step < steps; step++) {
      try {
        await runRandomAction(call, context);
      } catch (error) {
        // Some bots continue after errors, even after the end of the call.
        if (!continuesAfterErrors) {
          record.decide({ atMs: machine.now(), how: 'crash', immediate: true });
          throw error;
        }
      }
    }
    return end(call);
  };
}

/** Runs a random action, awaited or not. */
async function runRandomAction(call: Call, context: BotContext): Promise<void> {
  const { random, record } = context;
  const [name, perform] = random.weighted(BOT_ACTIONS);
  context.note(name);
  const promise = perform(call, context);
  if (promise === undefined) return;
  // A promise that nobody handles must not cause an unhandled rejection.
  if (random.chance(0.3)) return;
  const tracked = record.promises.track(name, promise);
  if (random.chance(0.7)) await tracked;
}

type End = CallHandler;

function drawEnd({ random, machine, record, note }: BotContext): End {
  const outputs = random.pick<Outputs>([{}, { done: 'yes' }, { a: '', 'b c': 'ü"\\' }]);
  const immediate = random.chance(0.4);
  const recordDecision = (how: 'complete' | 'fail' | 'crash', now: boolean) => {
    note(`${how}${now ? ' now' : ''}`);
    record.decide({ atMs: machine.now(), how, immediate: now });
  };
  const end = random.weighted<End>([
    [
      4,
      () => {
        recordDecision('complete', false);
        return outputs;
      },
    ],
    [
      3,
      async (call) => {
        recordDecision('complete', immediate);
        await record.promises.track('complete', call.complete(outputs, { immediate }));
        return random.chance(0.5) ? { late: 'ignored' } : undefined;
      },
    ],
    [
      2,
      async (call) => {
        recordDecision('fail', immediate);
        await record.promises.track('fail', call.fail('the bot gives up', { immediate }));
      },
    ],
    [
      1,
      () => {
        recordDecision('crash', true);
        throw new Error('the bot throws');
      },
    ],
    [
      1,
      async () => {
        await machine.sleep(random.integer(0, 3000));
        recordDecision('crash', true);
        throw undefined;
      },
    ],
    [2, () => new Promise<void>(() => {})],
    [
      0.4,
      () => {
        const invalid = drawInvalidOutputs(random);
        // A handler that returns null ends the call without outputs.
        recordDecision(invalid === null ? 'complete' : 'crash', invalid !== null);
        return invalid;
      },
    ],
    [
      0.3,
      () => {
        recordDecision('complete', false);
        return resolveTwice(outputs);
      },
    ],
    [
      0.3,
      async () => {
        await machine.sleep(random.integer(20_000, 50_000));
        throw new Error('the bot throws long after');
      },
    ],
  ]);
  return end;
}

/** Draws a value that is not a record of strings. */
function drawInvalidOutputs(random: Random): Outputs {
  return JSON.parse(random.pick(['42', '[]', '"done"', '{"a":1}', '{"a":null}', 'null']));
}

/** A thenable that settles more than once. */
function resolveTwice(outputs: Outputs): Promise<Outputs> {
  const doubleThenable = {
    // biome-ignore lint/suspicious/noThenProperty: the test needs an incorrect thenable.
    then(resolve: (value: Outputs) => void, reject: (error: unknown) => void) {
      resolve(outputs);
      reject(new Error('a second settlement'));
      resolve({ second: 'answer' });
    },
  };
  return Object.assign(Object.create(doubleThenable), {});
}
