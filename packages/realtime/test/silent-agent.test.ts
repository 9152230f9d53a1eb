import { expect, test, vi } from 'vitest';
import { elevenlabs } from '../src/elevenlabs/index.js';
import { scripted } from '../src/testing/index.js';
import { bridged } from './bridged.js';
import { peer } from './peer.js';
import { acceptElevenLabs } from './vendors.js';

test('an agent of ElevenLabs without a first message is asked to speak after limits.replyMs', async () => {
  const service = await peer(acceptElevenLabs);
  const it = bridged(
    { greeting: 'model', limits: { replyMs: 2000 } },
    { on: elevenlabs({ agentId: 'a1', apiKey: 'key', url: service.url }) },
  );
  const asked = () => service.received.filter(({ type }) => type === 'user_message');
  await it.clock.advanceUntil(() => it.bot.sessions > 0);
  await it.clock.settle();
  await vi.waitFor(() => expect(it.session.state).toBe('thinking'), 5000);
  await it.clock.advance(1900);
  expect(asked()).toEqual([]);
  await it.clock.advance(200);
  await vi.waitFor(() => expect(asked()).toHaveLength(1), 5000);
  service.send({
    type: 'audio',
    audio_event: { audio_base_64: Buffer.alloc(4000, 0x11).toString('base64'), event_id: 1 },
  });
  await vi.waitFor(() => expect(it.session.state).toBe('speaking'), 5000);
  await it.clock.advance(8000);
  expect(it.session.state).toBe('listening');
  it.call.hangup();
  await it.clock.run(it.call.closed);
});

test('a service that takes no requests for replies and does not speak fails the call, and the error does not speak of requests', async () => {
  const base = scripted();
  const it = bridged(
    { greeting: 'model', limits: { replyMs: 1000 } },
    {
      on: {
        ...{ name: 'silent', input: base.input, output: base.output, can: base.can },
        async connect(...args) {
          const { ask: _, ...link } = await base.connect(...args);
          return link;
        },
      },
    },
  );
  expect((await it.clock.run(it.call.result)).path).toBe('failure');
  await expect(it.session.result).rejects.toMatchObject({
    reason: 'SERVICE_SILENT',
    cause: { message: 'silent said nothing, and takes no requests for a reply' },
  });
});
