import type { Call, CallHandler, Outputs } from '@hookline/server';
import { BOT_ACTS, type BotContext } from './bot-acts.js';
import { listenAtRandom } from './bot-listeners.js';
import type { Random } from './random.js';

/** Draws a bot: acts one after another and at once, and an end of any kind. */
export function botScript(context: BotContext): CallHandler {
  const { random, machine, record } = context;
  const steps = random.integer(0, 7);
  const asides = random.weighted([
    [5, 0],
    [2, 1],
    [2, 4],
  ]);
  const stubborn = random.chance(0.3);
  const end = drawEnd(context);
  return async (call) => {
    record.called = true;
    record.stats = call.stats;
    listenAtRandom(call, context);
    for (let aside = 0; aside < asides; aside++) {
      machine.later(random.integer(0, 4000), () => void act(call, context).catch(() => {}));
    }
    for (let step = 0; step < steps; step++) {
      try {
        await act(call, context);
      } catch (error) {
        // Some bots go on whatever happens, also after the end of the call.
        if (!stubborn) {
          record.decide({ atMs: machine.now(), how: 'crash', immediate: true });
          throw error;
        }
      }
    }
    return end(call);
  };
}

/** One act; awaited or left to itself. */
async function act(call: Call, context: BotContext): Promise<void> {
  const { random, record } = context;
  const [name, perform] = random.weighted(BOT_ACTS);
  context.note(name);
  const promise = perform(call, context);
  if (promise === undefined) return;
  // What nobody watches must not become an unhandled rejection.
  if (random.chance(0.3)) return;
  const watched = record.promises.watch(name, promise);
  if (random.chance(0.7)) await watched;
}

type End = CallHandler;

function drawEnd({ random, machine, record, note }: BotContext): End {
  const outputs = random.pick<Outputs>([{}, { done: 'yes' }, { a: '', 'b c': 'ü"\\' }]);
  const immediate = random.chance(0.4);
  const decided = (how: 'complete' | 'fail' | 'crash', now: boolean) => {
    note(`${how}${now ? ' now' : ''}`);
    record.decide({ atMs: machine.now(), how, immediate: now });
  };
  const end = random.weighted<End>([
    [
      4,
      () => {
        decided('complete', false);
        return outputs;
      },
    ],
    [
      3,
      async (call) => {
        decided('complete', immediate);
        await record.promises.watch('complete', call.complete(outputs, { immediate }));
        return random.chance(0.5) ? { late: 'ignored' } : undefined;
      },
    ],
    [
      2,
      async (call) => {
        decided('fail', immediate);
        await record.promises.watch('fail', call.fail('the bot gives up', { immediate }));
      },
    ],
    [
      1,
      () => {
        decided('crash', true);
        throw new Error('the bot throws');
      },
    ],
    [
      1,
      async () => {
        await machine.sleep(random.integer(0, 3000));
        decided('crash', true);
        throw undefined;
      },
    ],
    [2, () => new Promise<void>(() => {})],
    [
      0.4,
      () => {
        const junk = drawJunk(random);
        // A handler that returns null returns nothing, which is an end without outputs.
        decided(junk === null ? 'complete' : 'crash', junk !== null);
        return junk;
      },
    ],
    [
      0.3,
      () => {
        decided('complete', false);
        return twice(outputs);
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

/** What is no record of texts. */
function drawJunk(random: Random): Outputs {
  return JSON.parse(random.pick(['42', '[]', '"done"', '{"a":1}', '{"a":null}', 'null']));
}

/** A promise of somebody's own that answers more than once. */
function twice(outputs: Outputs): Promise<Outputs> {
  const answers = {
    // biome-ignore lint/suspicious/noThenProperty: that is what a bad promise looks like.
    then(resolve: (value: Outputs) => void, reject: (error: unknown) => void) {
      resolve(outputs);
      reject(new Error('the bot has thought again'));
      resolve({ second: 'answer' });
    },
  };
  return Object.assign(Object.create(answers), {});
}
