import type { Duplex } from 'node:stream';
import type { Peer } from '../admission/check-signal.js';

/** The peer of a socket, watched from its upgrade request to the answer. */
export class SocketPeer implements Peer {
  readonly #socket: Duplex;
  #isGone = false;
  #listener: (() => void) | undefined;

  constructor(socket: Duplex) {
    this.#socket = socket;
    socket.on('close', this.#onGone);
    // A peer that has closed its side of the connection cannot use a WebSocket.
    socket.on('end', this.#onGone);
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  onGone(listener: () => void): void {
    this.#listener = listener;
    if (this.#isGone) listener();
  }

  /** Stops watching. Returns whether the peer still waits for the response. */
  stop(): boolean {
    this.#socket.off('close', this.#onGone);
    this.#socket.off('end', this.#onGone);
    if (this.#isGone) this.#socket.destroy();
    return !this.#socket.destroyed;
  }

  readonly #onGone = () => {
    this.#isGone = true;
    this.#listener?.();
  };
}
