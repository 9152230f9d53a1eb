import { createHash } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/**
 * A TCP server on loopback with a handler for connections; closed at the end of the test.
 *
 * @param atEnd - registers clean-up at the end of the test; a concurrent test must pass its own
 */
export async function rawServer(onSocket: (socket: Socket) => void, atEnd = onTestFinished): Promise<string> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return `ws://127.0.0.1:${address.port}`;
}

/** Calls back with the request head once it is complete. */
export function onRequest(socket: Socket, callback: (head: string) => void): void {
  let head = '';
  const onData = (chunk: Buffer) => {
    head += chunk.toString('latin1');
    if (!head.includes('\r\n\r\n')) return;
    socket.off('data', onData);
    callback(head);
  };
  socket.on('data', onData);
}

/** The head of a valid response to an upgrade request, with `extra` lines and an optional override of `accept`. */
export function upgradeAnswer(head: string, extra: readonly string[] = [], accept?: string): string {
  const key = /sec-websocket-key: *(\S+)/i.exec(head)?.[1] ?? '';
  const digest = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  return [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept ?? digest}`,
    ...extra,
    '\r\n',
  ].join('\r\n');
}

/** One unmasked frame of at most 65,535 bytes. Opcode 1 is text, 2 binary, 8 close. */
export function frame(opcode: number, payload: string | Uint8Array): Buffer {
  const body = Buffer.from(payload);
  const head =
    body.length < 126
      ? Buffer.from([0x80 | opcode, body.length])
      : Buffer.from([0x80 | opcode, 126, body.length >> 8, body.length & 0xff]);
  return Buffer.concat([head, body]);
}
