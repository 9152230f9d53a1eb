import type { Duplex } from 'node:stream';
import type { Clock } from '@hookline/runtime';
import { type Refusal, refusalBody, refusalHead } from '../admission/refusal.js';

/** How long a refused peer has to read the response and close, in milliseconds. */
const LINGER_MS = 1000;

/** Sends the refusal on a raw socket and closes it. */
export function refuseSocket(socket: Duplex, refusal: Refusal, clock: Clock): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  // Closing a socket with unread bytes resets the connection, which may lose the response, so incoming bytes are read
  // and dropped. Node's parser, which has failed, must not receive them.
  socket.removeAllListeners('data');
  socket.on('data', () => {});
  // A peer that never closes its side must not keep the socket open.
  socket.once(
    'close',
    clock.after(LINGER_MS, () => socket.destroy()),
  );
  socket.end(refusalHead(refusal) + refusalBody(refusal));
}
