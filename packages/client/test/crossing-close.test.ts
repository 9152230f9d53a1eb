import type { ServerMessageType, ServerParameters } from '@hookline/protocol';
import { describe, expect, it } from 'vitest';
import type { ScriptedServer } from '../src/testing/index.js';
import { openCall, scriptedCall } from './scripted-call.js';

/** Sends a message of the server as if it had received the client's messages up to `clientseq` only. */
function sender<T extends ServerMessageType>(type: T, parameters: ServerParameters<T>) {
  return (server: ScriptedServer, clientseq: number) => server.send(type, parameters, { clientseq });
}

const MESSAGES = [
  ['pause', sender('pause', {}), 'AC-PAUSE-3'],
  ['resume', sender('resume', {}), 'AC-PAUSE-3'],
  ['updated', sender('updated', {}), 'AC-UPDATE-2'],
] as const;

/** How the client comes to send `close` on its own. */
const ENDS: readonly [string, (made: Awaited<ReturnType<typeof openCall>>) => void][] = [
  ['the caller hangs up', ({ call }) => call.hangup()],
  ['a violation ends the session', ({ server }) => server.text('not JSON')],
];

describe.each(ENDS)('when %s', (_, end) => {
  it.each(MESSAGES)(
    '%s that the bot sent before it received `close` breaks no rule, and one that it sent afterwards does',
    async (__, send, clause) => {
      for (const crosses of [true, false]) {
        const made = await openCall();
        made.server.auto.closed = false;
        end(made);
        await made.clock.settle();
        const closeSeq = made.server.of('close')[0]?.seq ?? 0;
        send(made.server, crosses ? closeSeq - 1 : closeSeq);
        made.server.send('closed', {});
        const { warnings } = await made.clock.run(made.call.result);
        expect(warnings.map((warning) => warning.clause)).toEqual(crosses ? [] : [clause]);
      }
    },
  );
});

it('`opened` that the bot sent before it received `close` breaks no rule', async () => {
  const { clock, server, call } = scriptedCall();
  server.auto.opened = undefined;
  server.auto.closed = false;
  await clock.settle();
  call.hangup();
  await clock.settle();
  server.send('opened', { startPaused: false, media: [] }, { clientseq: 1 });
  server.send('closed', {});
  expect((await clock.run(call.result)).warnings).toEqual([]);
});

it('a message after the `disconnect` of the bot itself breaks a rule although it crosses `close`', async () => {
  const { clock, server, call } = await openCall();
  server.auto.closed = false;
  server.send('disconnect', { reason: 'completed' });
  server.send('pause', {}, { clientseq: 1 });
  await clock.settle();
  server.send('closed', {});
  const { warnings } = await clock.run(call.result);
  expect(warnings.map(({ clause }) => clause)).toEqual(['AC-PAUSE-3']);
});

it('`reconnect` breaks a rule although it crosses `close`, since it is never allowed', async () => {
  const { clock, server, call } = await openCall();
  server.auto.closed = false;
  call.hangup();
  await clock.settle();
  server.send('reconnect', {}, { clientseq: 1 });
  server.send('closed', {});
  const { warnings } = await clock.run(call.result);
  expect(warnings.map(({ clause }) => clause)).toEqual(['AC-CONN-9']);
});
