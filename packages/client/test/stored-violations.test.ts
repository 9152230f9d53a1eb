import { encodeServerMessage, type WireEvent } from '@hookline/protocol';
import { expect, it } from 'vitest';
import type { CallResult } from '../src/index.js';
import { openCall } from './scripted-call.js';

type Made = Awaited<ReturnType<typeof openCall>>;

/** Rules that only the end of a call shows to be broken. */
const ENDS: readonly [string, string, (made: Made) => void | Promise<void>][] = [
  [
    'AC-OUT-2',
    'an output that is not a string',
    ({ server }) => {
      const text = encodeServerMessage('disconnect', server.envelope(), {
        reason: 'completed',
        outputVariables: { count: '3' },
      });
      server.text(text.replace('"3"', '3'));
    },
  ],
  [
    'AC-OUT-4',
    'outputs in closed',
    async ({ clock, server }) => {
      server.auto.closed = false;
      server.send('disconnect', { reason: 'completed' });
      await clock.settle();
      const text = encodeServerMessage('closed', server.envelope(), {});
      server.text(text.replace('"parameters":{}', '"parameters":{"outputVariables":{"a":"1"}}'));
    },
  ],
  ['AC-DISC-4', 'a dropped connection', ({ server }) => server.terminate()],
  ['AC-TIME-6', 'a call of the maximum duration', ({ clock }) => clock.advance(15 * 60_000)],
];

const clausesOf = (result: CallResult) => [
  ...result.warnings.flatMap(({ clause }) => clause ?? []),
  ...(result.path === 'failure' ? [result.clause] : []),
];

it.each(ENDS)(
  '%s, broken by %s, is a violation in the events of the call as in its result',
  async (clause, _, end) => {
    const violations: WireEvent[] = [];
    const made = await openCall({
      sink: { event: (event) => void (event.kind === 'violation' && violations.push(event)) },
    });
    await end(made);
    const result = await made.clock.run(made.call.result);
    await made.clock.run(made.call.closed);
    expect(clausesOf(result)).toEqual([clause]);
    expect(violations).toMatchObject([{ clause, t: expect.any(Number) }]);
  },
);
