import { afterEach, describe, expect, it } from 'vitest';
import type { BotOptions, CallHandler } from '../src/index.js';
import {
  answerTo,
  cleanUp,
  closing,
  dialBare,
  frame,
  OPCODE,
  openParameters,
  RawPeer,
  target,
} from './attack/raw-peer.js';
import { signedRequest } from './attack/signed-request.js';
import { audio, idle } from './open-call.js';

afterEach(cleanUp);

/** Every timer short, and none so short that a busy machine breaks a healthy call. */
const SHORT: Partial<BotOptions> = {
  timers: { upgradeHeadersMs: 300, openMs: 500, silenceMs: 800, closeMs: 300, socketMs: 300 },
};

/** Does something every few milliseconds for as long as the peer is there. */
async function keep(peer: RawPeer, act: () => void): Promise<void> {
  const doing = setInterval(act, 20);
  await peer.end();
  clearInterval(doing);
}

describe('a peer that stops or falls silent is disconnected within its timer', () => {
  it('that sends no header, half a header, or a header byte by byte', async () => {
    const { port } = await target(idle, SHORT);
    const text = signedRequest(port).text;
    const ends = ['', text.slice(0, 100)].map(async (sent) => {
      const socket = await dialBare(port);
      socket.write(sent);
      socket.resume();
      await new Promise((resolve) => socket.once('end', resolve));
    });
    const slow = await dialBare(port);
    slow.resume();
    const drops = [...text];
    const timer = setInterval(() => slow.write(drops.shift() ?? 'x'), 10);
    await Promise.all([...ends, new Promise((resolve) => slow.once('end', resolve))]);
    clearInterval(timer);
  });

  it('that never sends open, but sends pings', async () => {
    const { port, bot } = await target(idle, SHORT);
    const peer = await RawPeer.dial(port);
    await keep(peer, () => peer.write(frame(OPCODE.ping, '')));
    expect(peer.messages).toMatchObject([
      { type: 'disconnect', parameters: { info: 'no "open" arrived in time' } },
    ]);
    await expect.poll(() => bot.sessions).toBe(0);
  });

  it('that sends open and nothing more', async () => {
    const { port } = await target(idle, SHORT);
    const peer = await RawPeer.open(port);
    await peer.end();
    expect(peer.messages[1]?.parameters.info).toMatch(/nothing was received/);
  });

  it('that stops in the middle of a frame', async () => {
    const { port } = await target(idle, SHORT);
    const peer = await RawPeer.open(port);
    peer.write(frame(OPCODE.binary, Buffer.alloc(1000)).subarray(0, 500));
    await peer.end();
  });

  it('that does not answer disconnect, but continues to send', async () => {
    const { port } = await target(idle, SHORT);
    const peer = await RawPeer.open(port);
    peer.text('nonsense');
    await keep(peer, () => peer.send('ping'));
    expect(peer.count('disconnect')).toBe(1);
  });

  it('that does not close the socket after closed, but continues to send', async () => {
    const { port } = await target(idle, SHORT);
    const peer = await RawPeer.open(port);
    peer.send('close', { reason: 'end' });
    await keep(peer, () => peer.send('ping'));
    expect(peer.messages.map(({ type }) => type)).toEqual(['opened', 'closed']);
  });

  it('that ignores the close frame, but continues to send', async () => {
    const { port, bot } = await target(idle, SHORT);
    const peer = await RawPeer.open(port);
    peer.socket.removeAllListeners('data');
    peer.write(frame(3, 'a reserved opcode'));
    await keep(peer, () => peer.audio(160));
    await expect.poll(() => bot.sessions).toBe(0);
  });

  it('that only half-closes the connection', async () => {
    const { port, bot } = await target(idle, SHORT);
    const peer = await RawPeer.open(port);
    peer.socket.end();
    await peer.end();
    await expect.poll(() => bot.sessions).toBe(0);
  });

  it.each(['resetAndDestroy', 'end'] as const)('by %s in every state of its call', async (how) => {
    const { port, bot } = await target((call) => call.play(audio(5000)).then(() => idle(call)));
    const reached: Record<string, (peer: RawPeer) => unknown> = {
      preparing: () => {},
      opening: (peer) => peer.send('open', openParameters()),
      active: async (peer) => {
        peer.send('open', openParameters());
        await peer.message('opened');
      },
      paused: async (peer) => {
        peer.send('open', openParameters());
        await peer.message('opened');
        peer.send('paused');
        await peer.stillAnswers();
      },
      disconnecting: async (peer) => {
        peer.text('nonsense');
        await peer.message('disconnect');
      },
      closed: async (peer) => {
        peer.send('close', { reason: 'end' });
        await peer.message('closed');
      },
    };
    for (const reach of Object.values(reached)) {
      const peer = await RawPeer.dial(port);
      await reach(peer);
      peer.socket[how]();
      await peer.end();
    }
    await expect.poll(() => bot.sessions).toBe(0);
  });
});

describe('a flood ends only its own call', () => {
  it('of text receives the reason before it is disconnected', async () => {
    const { port } = await target(idle);
    const [peer, neighbour] = [await RawPeer.open(port), await RawPeer.open(port)];
    await keep(peer, () => {
      for (let burst = 0; burst < 20; burst++) peer.send('ping');
    });
    expect((await peer.message('disconnect')).parameters.info).toMatch(/too many messages/);
    await neighbour.stillAnswers();
  });

  it('of text by a peer that reads late also receives the reason', async () => {
    const { port } = await target(idle);
    const peer = await RawPeer.open(port);
    peer.socket.pause();
    const flooding = setInterval(() => {
      for (let burst = 0; burst < 20; burst++) peer.send('ping');
    }, 5);
    await new Promise((resolve) => setTimeout(resolve, 200));
    clearInterval(flooding);
    peer.socket.resume();
    expect((await peer.message('disconnect')).parameters.info).toMatch(/too many messages/);
  });

  it('of 20,000 messages at once', async () => {
    const { port } = await target(idle);
    const peer = await RawPeer.open(port);
    const flood = Array.from({ length: 20_000 }, () => frame(OPCODE.text, peer.envelope('ping')));
    peer.write(Buffer.concat(flood));
    await peer.end();
    expect(peer.count('pong')).toBeLessThan(500);
  });

  it('of long JSON after the end, which is no longer parsed', async () => {
    const { port } = await target(idle);
    const peer = await RawPeer.open(port);
    peer.text('nonsense');
    await peer.message('disconnect');
    for (let sent = 0; sent < 40; sent++) peer.text('['.repeat(65_000));
    await peer.hangUp('disconnect');
    expect(peer.count('disconnect')).toBe(1);
  });

  it('of pings whose answers are never read is disconnected, and its memory released', async () => {
    const { port, bot } = await target(idle, { limits: { maxBufferedBytes: 64 * 1024 } });
    const peer = await RawPeer.open(port);
    peer.socket.pause();
    const pings = Buffer.concat(Array.from({ length: 1000 }, () => frame(OPCODE.ping, Buffer.alloc(125))));
    const flooding = setInterval(() => {
      if (peer.socket.writableLength < 1_000_000) for (let sent = 0; sent < 8; sent++) peer.write(pings);
    }, 1);
    await expect.poll(() => bot.sessions, { timeout: 8000 }).toBe(0);
    clearInterval(flooding);
  });

  it('of tiny frames that a bot echoes loses nothing of a concurrent call', async () => {
    const echo: CallHandler = (call) => {
      call.onAudio((bytes) => call.sendFrame(bytes));
      return idle(call);
    };
    const { port } = await target(echo);
    const [peer, healthy] = [await RawPeer.open(port), await RawPeer.open(port)];
    peer.write(Buffer.concat(Array.from({ length: 30_000 }, () => frame(OPCODE.binary, 'a'))));
    const flooded = peer.stillAnswers();
    let answeredFirst = true;
    void flooded.then(() => {
      answeredFirst = false;
    });
    for (let sent = 0; sent < 10; sent++) {
      healthy.audio(160);
      await healthy.stillAnswers();
    }
    expect(answeredFirst).toBe(true);
    expect(healthy.binaryBytes).toBe(1600);
    await flooded;
    await healthy.hangUp();
  });

  it('of 300 calls at once, half of which are reset', async () => {
    const { port, bot } = await target(idle);
    const peers = await Promise.all(Array.from({ length: 300 }, () => RawPeer.open(port)));
    expect(bot.sessions).toBe(300);
    await Promise.all(
      peers.map((peer, at) => {
        if (at % 2 === 0) return peer.hangUp();
        peer.socket.resetAndDestroy();
        return peer.end();
      }),
    );
    await expect.poll(() => bot.sessions).toBe(0);
  });
});

describe('a drain', () => {
  it('ends calls in every state within one deadline, and accepts no new ones', async () => {
    const { port, bot } = await target(idle);
    const active = await RawPeer.open(port);
    const preparing = await RawPeer.dial(port);
    const paused = await RawPeer.open(port);
    paused.socket.pause();
    const staysOpen = await RawPeer.open(port);
    staysOpen.send('close', { reason: 'end' });
    await staysOpen.message('closed');
    const startedMs = performance.now();
    const drained = bot.drain({ timeoutMs: 400 });
    expect((await answerTo(port, signedRequest(port).text)).status).toBe(503);
    await active.stillAnswers();
    expect(await active.disconnected()).toMatchObject({
      reason: 'error',
      info: 'the server is shutting down',
    });
    await drained;
    expect(performance.now() - startedMs).toBeLessThan(2000);
    await preparing.end();
    expect(preparing.count('disconnect')).toBe(1);
    expect(bot.sessions).toBe(0);
  });
});

describe('a close frame', () => {
  it('of a peer that keeps its connection still ends the call for the bot', async () => {
    let ended = '';
    const { port } = await target((call) => {
      call.signal.addEventListener('abort', () => {
        ended = String(call.signal.reason);
      });
      return idle(call);
    }, SHORT);
    const peer = await RawPeer.open(port);
    peer.socket.removeAllListeners('end');
    peer.write(frame(OPCODE.close, closing(1000)));
    await expect.poll(() => ended).toMatch(/connection/);
  });
});
