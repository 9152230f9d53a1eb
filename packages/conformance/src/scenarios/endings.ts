import type { Scenario } from './scenario.js';

/** `close` where it is least expected. */
export const endings: Scenario = {
  name: 'endings',
  about: 'The caller hangs up before `opened`, while paused, and with `close` sent twice.',
  shows: ['AC-CLOSE-1', 'AC-CLOSE-2', 'AC-CLOSE-6'],
  async run(stage) {
    const early = await stage.dial({ call: 'closed before opened' });
    early.open();
    await early.hangUp();

    const paused = await stage.open({ call: 'closed while paused' });
    if (paused) {
      paused.audio.pause();
      paused.send('paused');
      await paused.wait(100);
      await paused.hangUp();
    }

    const twice = await stage.open({ call: 'closed twice' });
    await twice?.wait(100);
    await twice?.hangUp('end', 2);
  },
};

/** Two calls at once. */
export const twoCalls: Scenario = {
  name: 'two-calls',
  about: 'Two calls at the same time, each with its own ids, keys and end.',
  shows: ['AC-MSG-4', 'AC-MSG-6'],
  async run(stage) {
    const calls = await Promise.all([
      stage.open({ call: 'the first of two' }),
      stage.open({ call: 'the second of two' }),
    ]);
    await Promise.all(calls.map((call) => call?.ping()));
    const [first, second] = calls;
    await first?.hangUp();
    await second?.ping();
    await second?.hangUp();
  },
};
