import { randomUUID } from 'node:crypto';
import type { ClauseId } from '@hookline/protocol';
import type { RawCall } from '../caller/raw-call.js';
import type { Scenario, Stage } from './scenario.js';

/** How long the bot has to refuse, in milliseconds. */
const REFUSE_MS = 700;

/** Ids and counters that contradict each other. */
export const identity: Scenario = {
  name: 'identity',
  about: 'Calls whose ids or counters contradict each other: each must end with `disconnect`.',
  shows: ['AC-AUTH-4', 'AC-AUTH-5', 'AC-MSG-15'],
  async run(stage) {
    await refusedOpen(stage, 'AC-AUTH-4', 'an `id` that is not the header Audiohook-Session-Id', {
      id: randomUUID(),
    });
    await refusedOpen(
      stage,
      'AC-AUTH-5',
      'an `organizationId` that is not the header',
      {},
      { organizationId: randomUUID() },
    );
    await refusedPing(stage, 'a `seq` that jumps by 5', (call) => {
      for (let skipped = 0; skipped < 4; skipped++) call.envelope('ping');
      call.send('ping');
    });
    await refusedPing(stage, 'a message with a foreign `id`', (call) =>
      call.send('ping', {}, { id: randomUUID() }),
    );
    await refusedPing(stage, 'a `serverseq` ahead of what was sent', (call) =>
      call.send('ping', {}, { serverseq: 1000 }),
    );
  },
};

async function refusedOpen(
  stage: Stage,
  clause: ClauseId,
  what: string,
  spec: { readonly id?: string },
  changes: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const call = await stage.dial({ call: what, ...spec, closedTimeoutMs: REFUSE_MS });
  call.mark({ expected: 'refuse', clause, what });
  call.open(changes);
  await call.until(() => call.count('opened') + call.count('disconnect') > 0, 2 * REFUSE_MS);
  await call.hangUp();
}

async function refusedPing(stage: Stage, what: string, send: (call: RawCall) => void): Promise<void> {
  const call = await stage.dial({ call: what, closedTimeoutMs: REFUSE_MS });
  if (await call.opened()) {
    call.mark({ expected: 'refuse', clause: 'AC-MSG-15', what });
    send(call);
    await call.until(() => !call.isOpen, REFUSE_MS);
  }
  await call.hangUp();
}
