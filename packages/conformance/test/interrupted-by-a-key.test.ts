import { once } from 'node:events';
import { runChecks } from '@hookline/conformance';
import { expect, onTestFinished, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';

const FRAME_MS = 250;
/** Not silence. */
const FRAME = Buffer.from(Array.from({ length: 8 * FRAME_MS }, (_, index) => 128 + ((index * 37) % 100)));

/** A bot that plays a long prompt. A key interrupts it: `barge_in`, and at once the next prompt. */
function answer(socket: WebSocket): void {
  let seq = 0;
  let playing: NodeJS.Timeout | undefined;
  const play = (frames: number) => {
    clearInterval(playing);
    let left = frames;
    const next = () => {
      left -= 1;
      if (left === 0) clearInterval(playing);
      socket.send(FRAME);
    };
    playing = setInterval(next, FRAME_MS);
    next();
  };
  socket.on('close', () => clearInterval(playing));
  socket.on('message', (data, binary) => {
    if (binary) return;
    const { type, id, seq: clientseq, parameters: given } = JSON.parse(String(data));
    const send = (reply: string, parameters: object) => {
      seq += 1;
      socket.send(JSON.stringify({ version: '2', type: reply, id, seq, clientseq, parameters }));
    };
    if (type === 'open') {
      send('opened', { startPaused: false, media: given.media });
      play(32);
    } else if (type === 'ping') send('pong', {});
    else if (type === 'dtmf') {
      clearInterval(playing);
      send('event', { entities: [{ type: 'barge_in', data: {} }] });
      play(4);
    } else if (type === 'close') {
      clearInterval(playing);
      send('closed', {});
    }
  });
}

test('a bot that a key interrupts may begin the next prompt at once', { timeout: 60_000 }, async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  server.on('connection', answer);
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const { results } = await runChecks({
    target: { url: `ws://127.0.0.1:${port}/bot`, apiKey: 'key' },
    profile: { triggers: { bargeIn: { dtmf: '1' } } },
    only: ['AC-BARGE-1', 'AC-BARGE-3'],
  });
  expect(results.map(({ id, outcome }) => [id, outcome])).toEqual([
    ['AC-BARGE-1', 'pass'],
    ['AC-BARGE-3', 'inconclusive'],
  ]);
});
