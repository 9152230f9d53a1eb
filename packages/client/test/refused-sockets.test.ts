import type { Socket } from 'node:net';
import { callAudioConnector, defineIntegration } from '@hookline/client';
import { expect, test } from 'vitest';
import { onRequest, rawServer, upgradeAnswer } from './raw-server.js';

test.each<[string, (socket: Socket, head: string) => void]>([
  [
    'answers 503 and keeps the connection',
    (socket) => socket.write('HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n'),
  ],
  [
    'answers 503 with a body that never ends',
    (socket) => socket.write('HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n'),
  ],
  [
    'answers 301 and keeps the connection',
    (socket) => socket.write('HTTP/1.1 301 Moved\r\nLocation: /x\r\n\r\n'),
  ],
  ['accepts with a wrong key', (socket, head) => socket.write(upgradeAnswer(head, [], 'd3Jvbmc='))],
  ['does not send HTTP', (socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n\r\n')],
])('closes the socket of an endpoint that %s', async (_, answer) => {
  let closed: (gone: true) => void = () => {};
  const gone = new Promise<true>((resolve) => {
    closed = resolve;
  });
  const baseConnectionUri = await rawServer((socket) => {
    socket.on('close', () => closed(true));
    onRequest(socket, (head) => answer(socket, head));
  });
  const integration = defineIntegration({ baseConnectionUri, apiKey: 'k' });
  const { path } = await callAudioConnector({ integration }).result;
  expect(path).toBe('failure');
  expect(await gone).toBe(true);
});
