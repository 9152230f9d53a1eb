import type { EventEmitter } from 'node:events';
import { type Server as HttpServer, IncomingMessage } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { Duplex } from 'node:stream';

/** Handles some of the upgrades of a server. */
export interface Claimant {
  /** Handles an upgrade, or returns false and leaves it untouched. */
  take(request: IncomingMessage, socket: Duplex, head: Uint8Array): boolean;
  /** Refuses an upgrade that nothing handles. */
  refuse(socket: Duplex): void;
}

const claimsOfServers = new WeakMap<HttpServer | HttpsServer, Claims>();

/**
 * Offers each upgrade of a server to a claimant before the server's `upgrade` listeners, and hides from them what it
 * handles. Without this, each listener would get every upgrade, and many refuse those that are not theirs, as a
 * `WebSocketServer` of `ws` with a path does with 400. The order in which they were added does not matter. Returns an
 * unsubscribe function.
 */
export function claimUpgrades(server: HttpServer | HttpsServer, claimant: Claimant): () => void {
  let claims = claimsOfServers.get(server);
  if (!claims) {
    claims = new Claims(server);
    claimsOfServers.set(server, claims);
  }
  return claims.add(claimant);
}

/** The claimants of one server. */
class Claims {
  readonly #server: HttpServer | HttpsServer;
  readonly #claimants = new Set<Claimant>();

  /** Overrides `emit` of the server. The override is never removed, because other code may have wrapped it since. */
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
    // Without a listener Node handles an upgrade as an ordinary request.
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
    // Another listener may handle it. Without one the socket would stay open.
    if (this.#server.listenerCount('upgrade') > 1) return;
    const [first] = this.#claimants;
    first?.refuse(socket);
  };
}
