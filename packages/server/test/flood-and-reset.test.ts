import { afterEach, describe, expect, it } from 'vitest';
import { cleanUp, dialBare, frame, OPCODE, target } from './attack/raw-peer.js';
import { API_KEY, signedRequest } from './attack/signed-request.js';
import { idle } from './open-call.js';

afterEach(cleanUp);

/** More tiny frames than a connection may have handled in one turn. */
const FLOOD = Buffer.concat(Array.from({ length: 20_000 }, () => frame(OPCODE.text, '{')));

/** Dials, floods at once when the upgrade is through, and resets while most of it is unread. */
async function floodAndReset(port: number, key: string, afterMs: number): Promise<void> {
  const socket = await dialBare(port);
  socket.write(signedRequest(port, { key, secret: Buffer.from('wrong') }).text);
  await new Promise((resolve) => {
    socket.once('data', resolve);
    socket.once('close', resolve);
  });
  socket.resume();
  socket.write(FLOOD);
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, afterMs);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  socket.resetAndDestroy();
}

describe('peers that flood and reset repeatedly', () => {
  it.each([
    ['with auth none', { auth: 'none' as const }],
    ['without credentials, refused with disconnect', { unauthorized: 'disconnect' as const }],
  ])(
    '%s: leave no session, and a drain ends',
    async (_, options) => {
      const { bot, port } = await target(idle, options);
      for (let wave = 0; wave < 3; wave++) {
        await Promise.all(Array.from({ length: 40 }, (_, peer) => floodAndReset(port, API_KEY, peer * 12)));
      }
      await expect.poll(() => bot.sessions, { timeout: 60_000 }).toBe(0);
      await bot.drain({ timeoutMs: 2000 });
    },
    60_000,
  );

  it('leave no session if a drain drops them at its deadline', async () => {
    const { bot, port } = await target(idle, { auth: 'none' });
    const peers = Array.from({ length: 40 }, (_, peer) => floodAndReset(port, API_KEY, 2000 + peer));
    // Looked at in every turn: each session ends soon after its flood.
    while (bot.sessions <= 10) await new Promise(setImmediate);
    await bot.drain({ timeoutMs: 20 });
    expect(bot.sessions).toBe(0);
    await Promise.all(peers);
  }, 60_000);
});
