import type { EventEmitter } from 'node:events';
import { type Server as HttpServer, IncomingMessage } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { Duplex } from 'node:stream';
import { isBytes } from '@hookline/runtime';
import { asksForWebSocket, serveWithoutUpgrade } from './other-upgrade.js';

/** Handles some of the upgrades of a server. */
export interface UpgradeHandler {
  /** Handles an upgrade, or returns false and leaves it untouched. */
  handle(request: IncomingMessage, socket: Duplex, head: Uint8Array): boolean;
  /** Refuses an upgrade that nothing handles. */
  refuse(request: IncomingMessage, socket: Duplex): void;
}

/**
 * Where a server holds its handlers. A process may have the ESM and the CJS build of this package: two sets of handlers
 * on one server would each leave the upgrades that nothing handles to the other one.
 */
const HANDLERS = Symbol.for('@hookline/server:upgrade-handlers');

/**
 * Offers each upgrade of a server to each handler before the server's `upgrade` listeners, and hides from them what it
 * handles. Without this, each listener would get every upgrade, and many refuse those that are not theirs, as a
 * `WebSocketServer` of `ws` with a path does with 400. The order in which they were added does not matter. Returns an
 * unsubscribe function.
 */
export function handleUpgrades(server: HttpServer | HttpsServer, handler: UpgradeHandler): () => void {
  const existing: unknown = Reflect.get(server, HANDLERS);
  if (isHandlers(existing)) return existing.add(handler);
  const handlers = new UpgradeHandlers(server);
  Object.defineProperty(server, HANDLERS, { value: handlers });
  return handlers.add(handler);
}

/** Those of the other build are not instances of the class here. */
function isHandlers(value: unknown): value is Pick<UpgradeHandlers, 'add'> {
  return typeof value === 'object' && value !== null && 'add' in value;
}

/** The upgrade handlers of one server. */
class UpgradeHandlers {
  readonly #server: HttpServer | HttpsServer;
  readonly #handlers = new Set<UpgradeHandler>();

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

  add(handler: UpgradeHandler): () => void {
    this.#handlers.add(handler);
    // Without a listener Node handles an upgrade as an ordinary request.
    if (this.#handlers.size === 1) this.#server.on('upgrade', this.#onUnhandled);
    return () => {
      if (this.#handlers.delete(handler) && this.#handlers.size === 0) {
        this.#server.off('upgrade', this.#onUnhandled);
      }
    };
  }

  #isTaken([request, socket, head]: readonly unknown[]): boolean {
    if (!(request instanceof IncomingMessage && socket instanceof Duplex && isBytes(head))) {
      return false;
    }
    for (const handler of this.#handlers) if (handler.handle(request, socket, head)) return true;
    return false;
  }

  readonly #onUnhandled = (request: IncomingMessage, socket: Duplex, head: Uint8Array): void => {
    // Another listener may handle it. Without one the socket would stay open.
    if (this.#server.listenerCount('upgrade') > 1) return;
    if (!asksForWebSocket(request) && this.#server.listenerCount('request') > 0) {
      serveWithoutUpgrade(this.#server, request, socket, head);
      return;
    }
    const [first] = this.#handlers;
    first?.refuse(request, socket);
  };
}
