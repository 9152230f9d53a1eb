import type { ClientRequest, IncomingMessage } from 'node:http';

/**
 * What the connection to a service needs of a socket; a `WebSocket` of the package `ws` has it. Written out, because
 * `ws` has no declarations of its own, and a public type that names it would not compile without `@types/ws`. A socket
 * that also has `ping` and the events `ping` and `pong`, as that one has, is pinged to notice a service that is gone.
 */
export interface ServiceSocket {
  readonly readyState: number;
  /** Bytes that wait to be sent. */
  readonly bufferedAmount: number;
  on(event: 'open', listener: () => void): unknown;
  on(event: 'upgrade', listener: (response: IncomingMessage) => void): unknown;
  on(event: 'message', listener: (data: unknown, isBinary: boolean) => void): unknown;
  on(
    event: 'unexpected-response',
    listener: (request: ClientRequest, response: IncomingMessage) => void,
  ): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'close', listener: (code: number, reason: Buffer) => void): unknown;
  addEventListener(event: 'close', listener: () => void): void;
  send(data: Uint8Array, options: { readonly binary: boolean }): void;
  close(code: number): void;
  terminate(): void;
}
