import { once } from 'node:events';
import { runChecks } from '@hookline/conformance';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';

const choose = (offers: { format: string; channels: string[] }[]) =>
  offers.find(({ format, channels }) => format === 'PCMU' && channels.length === 1) ?? offers[0];

test('a bot that never sends `pong` is not waited for in every call', { timeout: 120_000 }, async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  let longWaits = 0;
  server.on('connection', (socket) => {
    let seq = 0;
    let pingedMs = Number.POSITIVE_INFINITY;
    socket.on('message', (data, isBinary) => {
      if (isBinary) return;
      const { type, id, seq: clientseq, parameters } = JSON.parse(String(data));
      const send = (reply: string, given: object) => {
        seq += 1;
        socket.send(JSON.stringify({ version: '2', type: reply, id, seq, clientseq, parameters: given }));
      };
      if (type === 'open' && seq === 0)
        send('opened', { startPaused: false, media: [choose(parameters.media)] });
      else if (type === 'ping') pingedMs = Math.min(pingedMs, performance.now());
      else if (type === 'close') {
        if (performance.now() - pingedMs > LONG_WAIT_MS) longWaits += 1;
        send('closed', {});
      }
    });
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const { findings, calls } = await runChecks({
    target: { url: `ws://127.0.0.1:${port}/bot`, apiKey: 'key' },
    deadlines: { pongMs: 2000 },
    only: ['AC-MEDIA-4'],
    parallel: 1,
  });
  expect(findings).toEqual([]);
  expect(calls).toBeGreaterThan(9);
  expect(longWaits).toBe(2);
});

/** The check waits for 3.2 s, or for 0.5 s if it knows the bot. */
const LONG_WAIT_MS = 2000;
