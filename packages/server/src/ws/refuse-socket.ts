import type { Duplex } from 'node:stream';
import { type Refusal, refusalBody, refusalHead } from '../admission/refusal.js';

/** Answers on a bare socket and lets it go. */
export function refuseSocket(socket: Duplex, refusal: Refusal): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  // A peer that never closes its half must not keep the socket.
  socket.once('finish', () => socket.destroy());
  socket.end(refusalHead(refusal) + refusalBody(refusal));
}
