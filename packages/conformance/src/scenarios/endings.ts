import type { Scenario } from './scenario.js';

/** `close` at unusual moments. */
export const endings: Scenario = {
  name: 'endings',
  description: 'The caller hangs up before `opened`, while paused, and with `close` sent twice.',
  covers: ['AC-CLOSE-1', 'AC-CLOSE-2', 'AC-CLOSE-6'],
  async run(context) {
    const early = await context.dial({ call: 'closed before opened' });
    early.sendOpen();
    await early.hangUp();

    const paused = await context.open({ call: 'closed while paused' });
    if (paused) {
      paused.audio.pause();
      paused.send('paused');
      await paused.wait(100);
      await paused.hangUp();
    }

    const twice = await context.open({ call: 'closed twice' });
    await twice?.wait(100);
    await twice?.hangUp('end', 2);
  },
};

/** Two calls at the same time. */
export const twoCalls: Scenario = {
  name: 'two-calls',
  description: 'Two calls at the same time, each with its own ids, keys and end.',
  covers: ['AC-MSG-4', 'AC-MSG-6'],
  async run(context) {
    const calls = await Promise.all([
      context.open({ call: 'the first of two' }),
      context.open({ call: 'the second of two' }),
    ]);
    await Promise.all(calls.map((call) => call?.ping()));
    const [first, second] = calls;
    await first?.hangUp();
    await second?.ping();
    await second?.hangUp();
  },
};
