import { VirtualClock } from '@hookline/runtime';
import { describe, expect, it } from 'vitest';
import { CallFailure, type CallHandler, createBot } from '../src/index.js';
import { ScriptedClient } from '../src/testing/index.js';

const SECRET = 'TXlTdXBlclNlY3JldEtleVRlbGxOby0xITJAMyM0JDU=';

async function dial(handler: CallHandler, latencyMs = 0) {
  const clock = new VirtualClock();
  const bot = createBot({ auth: { 'test-key': SECRET }, clock }, handler);
  const client = await clock.run(ScriptedClient.dial(bot, { clock, secret: SECRET, latencyMs }));
  return { clock, bot, client };
}

/** The client's part of the end: closes when asked to. */
async function hangUp(clock: VirtualClock, client: ScriptedClient) {
  client.send('close', { reason: 'end' });
  await clock.advanceUntil(() => client.types.includes('closed'));
  client.transport.close();
  await clock.advance(1000);
}

describe('a call', () => {
  it('plays a prompt and returns its outputs after it was heard', async () => {
    const { clock, client, bot } = await dial(async (call) => {
      const result = await call.play(new Uint8Array(8000).fill(0x55));
      return { heard: String(result.heardMs), ended: result.ended };
    });
    client.open();
    const stop = client.stream();
    await clock.advanceUntil(() => client.types.includes('disconnect'));
    expect(client.types).toEqual(['opened', 'disconnect']);
    expect(client.last('disconnect')?.parameters).toEqual({
      reason: 'completed',
      outputVariables: { heard: '1000', ended: 'completed' },
    });
    expect(client.botAudioMs).toBe(1000);
    stop();
    client.send('close', { reason: 'disconnect' });
    await clock.advanceUntil(() => client.types.includes('closed'));
    client.transport.close();
    await clock.advance(100);
    expect(bot.sessions).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('fails with the message of a CallFailure', async () => {
    const { clock, client } = await dial(async () => {
      throw new CallFailure('backend down');
    });
    client.open();
    await clock.advanceUntil(() => client.types.includes('disconnect'));
    expect(client.last('disconnect')?.parameters).toEqual({ reason: 'error', info: 'backend down' });
    await hangUp(clock, client);
    expect(clock.pending).toBe(0);
  });
});
