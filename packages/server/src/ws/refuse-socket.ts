import type { Duplex } from 'node:stream';
import type { Clock } from '@hookline/runtime';
import { type Refusal, refusalBody, refusalHead } from '../admission/refusal.js';

/** How long a refused peer has to take the answer and to close, in milliseconds. */
const LINGER_MS = 1000;

/** Answers on a bare socket and lets it go. */
export function refuseSocket(socket: Duplex, refusal: Refusal, clock: Clock): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  // A socket closed with bytes unread resets the connection, and the answer may be lost with it: what still comes is
  // read and dropped. Node's parser, which has given up, must not see it.
  socket.removeAllListeners('data');
  socket.on('data', () => {});
  // A peer that never closes its half must not keep the socket.
  socket.once(
    'close',
    clock.after(LINGER_MS, () => socket.destroy()),
  );
  socket.end(refusalHead(refusal) + refusalBody(refusal));
}
