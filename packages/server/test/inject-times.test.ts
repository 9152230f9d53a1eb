import type { WireEvent } from '@hookline/protocol';
import { VirtualClock } from '@hookline/runtime';
import { createBot } from '@hookline/server';
import { dialHeaders } from '@hookline/server/testing';
import { expect, test } from 'vitest';
import { idle } from './open-call.js';

test('reports to the sink of an injected call when its upgrade was answered, relative to the request', async () => {
  const clock = new VirtualClock();
  await clock.advance(5000);
  const events: WireEvent[] = [];
  const bot = createBot(
    {
      auth: () => new Promise((resolve) => clock.after(300, () => resolve({ unsigned: true }))),
      clock,
      sink: () => ({ event: (event) => events.push(event) }),
    },
    idle,
  );
  await clock.run(bot.inject({ url: '/', headers: dialHeaders({ clock }) }));
  expect(events).toMatchObject([
    { kind: 'request', dir: 'in', t: 0, head: expect.stringMatching(/^GET \/ HTTP\/1\.1\r\nHost: /) },
    { kind: 'response', dir: 'out', t: 300, status: 101 },
  ]);
});
