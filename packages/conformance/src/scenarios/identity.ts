import { randomUUID } from 'node:crypto';
import type { ClauseId } from '@hookline/protocol';
import type { RawCall } from '../caller/raw-call.js';
import type { Scenario, ScenarioContext } from './scenario.js';

/** The longest wait for a refusal, in milliseconds. */
const REFUSE_MS = 700;

/** Contradicting ids and counters. */
export const identity: Scenario = {
  name: 'identity',
  description: 'Calls whose ids or counters contradict each other: each must end with `disconnect`.',
  covers: ['AC-AUTH-4', 'AC-AUTH-5', 'AC-MSG-15'],
  async run(context) {
    await sendRefusedOpen(context, 'AC-AUTH-4', 'an `id` that differs from the header Audiohook-Session-Id', {
      id: randomUUID(),
    });
    await sendRefusedOpen(
      context,
      'AC-AUTH-5',
      'an `organizationId` that differs from the header Audiohook-Organization-Id',
      {},
      { organizationId: randomUUID() },
    );
    await sendRefusedPing(context, 'a `seq` that jumps by 5', (call) => {
      for (let skipped = 0; skipped < 4; skipped++) call.envelope('ping');
      call.send('ping');
    });
    await sendRefusedPing(context, 'a message with another `id`', (call) =>
      call.send('ping', {}, { id: randomUUID() }),
    );
    await sendRefusedPing(context, 'a `serverseq` that the bot has not sent', (call) =>
      call.send('ping', {}, { serverseq: 1000 }),
    );
  },
};

async function sendRefusedOpen(
  context: ScenarioContext,
  clause: ClauseId,
  description: string,
  spec: { readonly id?: string },
  changes: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const call = await context.dial({ call: description, ...spec, closedTimeoutMs: REFUSE_MS });
  call.mark({ expected: 'refuse', clause, description });
  call.sendOpen(changes);
  await call.waitFor(() => call.count('opened') + call.count('disconnect') > 0, 2 * REFUSE_MS);
  await call.hangUp();
}

async function sendRefusedPing(
  context: ScenarioContext,
  description: string,
  send: (call: RawCall) => void,
): Promise<void> {
  const call = await context.dial({ call: description, closedTimeoutMs: REFUSE_MS });
  if (await call.open()) {
    call.mark({ expected: 'refuse', clause: 'AC-MSG-15', description });
    send(call);
    await call.waitFor(() => !call.isOpen, REFUSE_MS);
  }
  await call.hangUp();
}
