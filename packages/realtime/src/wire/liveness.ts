import { type Cancel, type Clock, runUserCode } from '@hookline/runtime';

/** Time between two pings, in milliseconds. */
const PING_MS = 5000;

/**
 * Number of intervals in a row in which nothing may arrive before the connection counts as lost. With only one, a process
 * that was busy for an interval would take its own delay for that of the service.
 */
const MAX_SILENT_INTERVALS = 2;

/** What a socket of `ws` has, and one that the bot creates itself may lack. */
interface PingSocket {
  ping(): void;
  on(event: 'ping' | 'pong', listener: () => void): unknown;
}

function canPing<S extends object>(socket: S): socket is S & PingSocket {
  return 'ping' in socket && typeof socket.ping === 'function' && 'on' in socket;
}

/**
 * Notices a connection whose other end is gone without having closed it, over which nothing more will arrive: pings the
 * service, and reports the connection as lost if it stops answering. A service that has never answered a ping is not
 * judged by it.
 */
export class Liveness {
  readonly #socket: PingSocket | undefined;
  readonly #clock: Clock;
  readonly #onLost: () => void;
  /** Whether anything arrived since the last ping. */
  #heard = true;
  #answersPings = false;
  #silentIntervals = 0;
  #cancel: Cancel | undefined;

  constructor(socket: object, clock: Clock, onLost: () => void) {
    this.#clock = clock;
    this.#onLost = onLost;
    if (!canPing(socket)) return;
    this.#socket = socket;
    socket.on('ping', () => this.onReceived());
    socket.on('pong', () => {
      this.#answersPings = true;
      this.onReceived();
    });
  }

  /** Anything arrived. Starts no timer: there may be fifty messages a second. */
  onReceived(): void {
    this.#heard = true;
  }

  /** Starts to ping. */
  start(): void {
    if (this.#socket) this.#ping(this.#socket);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #ping(socket: PingSocket): void {
    this.#heard = false;
    this.#cancel = this.#clock.after(PING_MS, () => this.#check(socket));
    // In a timer an error would end the process. A socket that cannot send ends by itself.
    runUserCode(
      () => socket.ping(),
      () => this.stop(),
    );
  }

  #check(socket: PingSocket): void {
    this.#silentIntervals = this.#heard ? 0 : this.#silentIntervals + 1;
    if (this.#answersPings && this.#silentIntervals >= MAX_SILENT_INTERVALS) this.#onLost();
    else this.#ping(socket);
  }
}
