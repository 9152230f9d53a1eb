import { describe, expect, it } from 'vitest';
import { verifies } from '../../../scripts/verifies.ts';
import { idle, openCall } from './open-call.js';

async function listenedCall() {
  const noted: string[] = [];
  const warned: unknown[] = [];
  const silent = () => {};
  const line = await openCall(idle, {
    sink: () => ({
      event(event) {
        if (event.kind === 'violation') noted.push(`${event.clause} ${event.fatal} ${event.text}`);
      },
    }),
    logger: { debug: silent, info: silent, error: silent, warn: (...said) => warned.push(said) },
  });
  const ping = (serverseq?: number) =>
    line.client.send('ping', {}, serverseq === undefined ? {} : { serverseq });
  return { ...line, noted, warned, ping };
}

describe('a serverseq that is behind', () => {
  it(verifies('AC-MSG-8', 'is noted once where it goes back, and the call goes on'), async () => {
    const { clock, client, noted, warned, ping } = await listenedCall();
    for (const serverseq of [1, 2, 1, 0, 2]) {
      ping(serverseq);
      await clock.advance(500);
    }
    expect(noted).toEqual(['AC-MSG-8 false serverseq is 1 after a message with 2; it must not decrease']);
    expect(warned).toHaveLength(1);
    expect(client.types).not.toContain('disconnect');
  });

  it(verifies('AC-MSG-8', 'is noted where it stays behind what was sent long before'), async () => {
    const { clock, noted, ping } = await listenedCall();
    await clock.advance(3000);
    ping(0);
    await clock.advance(100);
    expect(noted).toEqual([
      'AC-MSG-8 false serverseq is 0, but this server had sent seq 1 at least 3 s earlier',
    ]);
  });

  it('is no fault while a message of the server may be in flight', async () => {
    const { clock, noted, ping } = await listenedCall();
    ping(0);
    await clock.advance(1500);
    ping(0);
    await clock.advance(400);
    ping();
    for (let second = 0; second < 20; second++) {
      await clock.advance(1000);
      ping();
    }
    expect(noted).toEqual([]);
  });
});
