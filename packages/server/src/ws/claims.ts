import type { EventEmitter } from 'node:events';
import { type Server as HttpServer, IncomingMessage } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { Duplex } from 'node:stream';

/** Who takes some of the upgrades of a server. */
export interface Claimant {
  /** Takes an upgrade, or returns false and has touched nothing. */
  take(request: IncomingMessage, socket: Duplex, head: Uint8Array): boolean;
  /** Answers an upgrade that nobody could take. */
  refuse(socket: Duplex): void;
}

const claimsOfServers = new WeakMap<HttpServer | HttpsServer, Claims>();

/**
 * Lets a claimant look at each upgrade of a server before the server's listeners do, and keeps from them what it takes:
 * an `upgrade` listener is told of every upgrade, and many answer those that are not theirs, as a `WebSocketServer` of
 * `ws` with a path does with 400. The order in which they were added makes no difference. Returns an unsubscribe function.
 */
export function claimUpgrades(server: HttpServer | HttpsServer, claimant: Claimant): () => void {
  let claims = claimsOfServers.get(server);
  if (!claims) {
    claims = new Claims(server);
    claimsOfServers.set(server, claims);
  }
  return claims.add(claimant);
}

/** Who takes upgrades of one server before its listeners. */
class Claims {
  readonly #server: HttpServer | HttpsServer;
  readonly #claimants = new Set<Claimant>();

  /** Puts an `emit` of the server's own before the inherited one. It stays: another may have wrapped it since. */
  constructor(server: HttpServer | HttpsServer) {
    this.#server = server;
    const emitter: EventEmitter = server;
    const { emit } = emitter;
    Object.defineProperty(server, 'emit', {
      configurable: true,
      writable: true,
      value: (event: string | symbol, ...args: unknown[]) =>
        (event === 'upgrade' && this.#isTaken(args)) || emit.call(server, event, ...args),
    });
  }

  add(claimant: Claimant): () => void {
    this.#claimants.add(claimant);
    // Without a listener Node takes an upgrade for an ordinary request.
    if (this.#claimants.size === 1) this.#server.on('upgrade', this.#onUnclaimed);
    return () => {
      if (this.#claimants.delete(claimant) && this.#claimants.size === 0) {
        this.#server.off('upgrade', this.#onUnclaimed);
      }
    };
  }

  #isTaken([request, socket, head]: readonly unknown[]): boolean {
    if (!(request instanceof IncomingMessage && socket instanceof Duplex && head instanceof Uint8Array)) {
      return false;
    }
    for (const claimant of this.#claimants) if (claimant.take(request, socket, head)) return true;
    return false;
  }

  readonly #onUnclaimed = (_: IncomingMessage, socket: Duplex): void => {
    // Another listener's. Without another listener the socket would stay open.
    if (this.#server.listenerCount('upgrade') > 1) return;
    const [first] = this.#claimants;
    first?.refuse(socket);
  };
}
