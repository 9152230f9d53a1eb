import { CLIENT_TIMERS, durationFromMs } from '@hookline/protocol';
import type { Cancel, Clock } from '@hookline/runtime';

/** Sends pings like the platform: 1 s after `opened`, immediately after the first `pong`, then every 5 s. (AC-PING-5) */
export class PingSchedule {
  readonly #clock: Clock;
  readonly #ping: (rtt: string | undefined) => void;
  #cancel: Cancel = () => {};
  #sent = 0;
  #sentMs = 0;
  #rtt: string | undefined;
  #answered = false;

  constructor(clock: Clock, ping: (rtt: string | undefined) => void) {
    this.#clock = clock;
    this.#ping = ping;
  }

  start(): void {
    this.#cancel = this.#clock.after(CLIENT_TIMERS.firstPingMs, () => this.#send());
  }

  pong(): void {
    if (this.#answered) return;
    this.#answered = true;
    this.#rtt = durationFromMs(this.#clock.now() - this.#sentMs);
    if (this.#sent === 1) {
      this.#cancel();
      this.#send();
    }
  }

  stop(): void {
    this.#cancel();
  }

  #send(): void {
    this.#sent += 1;
    this.#sentMs = this.#clock.now();
    this.#answered = false;
    this.#ping(this.#rtt);
    this.#cancel = this.#clock.after(CLIENT_TIMERS.pingIntervalMs, () => this.#send());
  }
}
