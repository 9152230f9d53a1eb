import type { Duplex } from 'node:stream';
import type { Peer } from '../admission/check-signal.js';

/** The peer of a socket, watched from the first wait of its upgrade request to the answer. */
export class SocketPeer implements Peer {
  readonly #socket: Duplex;
  #isGone = false;
  #listener: (() => void) | undefined;

  constructor(socket: Duplex) {
    this.#socket = socket;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  onGone(listener: () => void): void {
    if (this.#listener === undefined) {
      this.#socket.on('close', this.#onGone);
      // A peer that has closed its side of the connection cannot use a WebSocket.
      this.#socket.on('end', this.#onGone);
    }
    this.#listener = listener;
    if (this.#isGone) listener();
  }

  /** Stops watching. Returns whether the peer still waits for the response. */
  stop(): boolean {
    if (this.#listener !== undefined) {
      this.#socket.off('close', this.#onGone);
      this.#socket.off('end', this.#onGone);
    }
    if (this.#isGone) this.#socket.destroy();
    return !this.#socket.destroyed;
  }

  readonly #onGone = () => {
    this.#isGone = true;
    this.#listener?.();
  };
}
