import { describe, expect, test, vi } from 'vitest';
import { elevenlabs } from '../src/elevenlabs/index.js';
import type { Tool } from '../src/index.js';
import { bridged, finish, ready } from './bridged.js';
import { peer } from './peer.js';
import { acceptElevenLabs } from './vendors.js';

const ENDS = { service: { can: { endsConversation: true } } };

describe('a service that ends the conversation', () => {
  test('ends the call on the success path, once the caller has heard its goodbye', async () => {
    const it = bridged({}, ENDS);
    await ready(it);
    it.service.link.reply('r1', 2000, { byte: 0x11, text: 'Goodbye.' });
    await it.clock.advance(200);
    it.service.link.drop(1000);
    expect(await finish(it)).toMatchObject({ path: 'success', outputs: { ended_by: 'service' } });
    expect(it.recorder.heardMs(0x11)).toBe(2000);
    expect(it.recorder.turns).toEqual(['Goodbye.']);
    expect(it.service.links).toHaveLength(1);
  });

  test('returns the outputs that tools have set, and does not wait for an end of its reply that cannot arrive', async () => {
    const book: Tool = { description: '', run: (_, { outputs }) => outputs.set('reservation', 'R-7') };
    const it = bridged({ tools: { book } }, ENDS);
    await ready(it);
    it.service.link.host.toolCall('t1', 'book', '{}');
    it.service.link.reply('r1', 500, { byte: 0x11, done: false });
    await it.clock.advance(1000);
    it.service.link.drop(1000);
    expect(await finish(it)).toMatchObject({
      path: 'success',
      outputs: { reservation: 'R-7', ended_by: 'service' },
    });
    expect(it.recorder.heardMs(0x11)).toBe(500);
  });

  test('while the bot ends the call as well adds no output', async () => {
    const it = bridged({}, ENDS);
    await ready(it);
    it.service.link.reply('r1', 1000);
    await it.clock.advance(100);
    it.session.end({ reservation: 'R-7' });
    it.service.link.drop(1000);
    expect(await finish(it)).toHaveProperty('outputs', { reservation: 'R-7' });
  });

  test('with any other code than 1000 is reconnected', async () => {
    const it = bridged({}, ENDS);
    await ready(it);
    it.service.link.drop(1011);
    await it.clock.advanceUntil(() => it.service.links.length === 2);
    it.call.hangup();
    await finish(it);
  });

  test.each([
    ['This request exceeds your quota limit.', 'SERVICE_LIMITED'],
    ['Invalid API key.', 'SERVICE_UNAUTHORIZED'],
  ])(
    'but gives a quota or the key as the reason is not taken for one that has said goodbye: %s',
    async (why, code) => {
      const it = bridged({}, ENDS);
      await ready(it);
      it.service.link.drop(1000, why);
      expect(await finish(it)).toMatchObject({ path: 'failure' });
      await expect(it.session.result).rejects.toMatchObject({ reason: code });
    },
  );

  test('counts as lost if it is one that leaves the end to the session', async () => {
    const it = bridged();
    await ready(it);
    it.service.link.drop(1000);
    await finish(it);
    await expect(it.session.result).rejects.toMatchObject({ reason: 'SERVICE_LOST' });
  });

  test('is an agent of ElevenLabs', async () => {
    const service = await peer(acceptElevenLabs);
    const it = bridged({}, { on: elevenlabs({ agentId: 'a1', apiKey: 'key', url: service.url }) });
    await it.clock.advanceUntil(() => it.bot.sessions > 0);
    await it.clock.settle();
    await vi.waitFor(() => expect(it.session.state).toBe('listening'), 5000);
    service.send({
      type: 'audio',
      audio_event: { audio_base_64: Buffer.alloc(8000, 0x11).toString('base64'), event_id: 1 },
    });
    service.sockets[0]?.close(1000);
    await vi.waitFor(() => expect(it.session.state).toBe('ending'), 5000);
    expect(await it.clock.run(it.call.result)).toMatchObject({
      path: 'success',
      outputs: { ended_by: 'service' },
    });
    expect(it.recorder.heardMs(0x11)).toBe(1000);
  });
});
