import type { Cancel, Clock } from '@hookline/runtime';
import type { Call, Playback } from '@hookline/server';
import type { CheckedOptions } from '../checked-options.js';

/** How often to look whether the call collects digits, of which it reports neither start nor end, in milliseconds. */
const CHECK_MS = 200;

/**
 * What the state of the dialogue asks of the filler: to start once the wait has lasted long enough, to go on until the
 * reply that is due begins, or to end.
 */
export type FillerWish = 'start' | 'goOn' | 'end';

/** The members of the call that a filler needs. */
type FillerCall = Pick<Call, 'playback' | 'on' | 'collecting'>;

/**
 * Plays audio to a caller who would otherwise wait in silence. It ends with what it fills, and leaves the line to a bot
 * that plays something itself or collects digits, which would have to wait for its end.
 */
export class Filler {
  readonly #options: NonNullable<CheckedOptions['filler']>;
  readonly #call: FillerCall;
  readonly #clock: Clock;
  readonly #unsubscribers: readonly (() => void)[];
  #wish: FillerWish = 'end';
  #playback: Playback | undefined;
  /** Whether it has played in this wait: it is not repeated. */
  #played = false;
  /** Whether the caller hears any audio of the bot. */
  #heard = false;
  #cancel: Cancel | undefined;

  constructor(options: NonNullable<CheckedOptions['filler']>, call: FillerCall, clock: Clock) {
    this.#options = options;
    this.#call = call;
    this.#clock = clock;
    this.#unsubscribers = [
      call.on('playbackStarted', () => {
        this.#heard = true;
      }),
      call.on('playbackCompleted', () => {
        this.#heard = false;
      }),
    ];
  }

  /** The state of the dialogue has changed. */
  update(wish: FillerWish): void {
    this.#wish = wish;
    if (wish === 'end') this.stop();
    if (this.#playback) return;
    if (wish === 'start') {
      this.#wait();
    } else {
      this.#cancelTimer();
      this.#played = false;
    }
  }

  /** Stops it, if the bot has not. If what it fills goes on, it starts again later. */
  stop(): void {
    this.#cancelTimer();
    const playback = this.#playback;
    this.#playback = undefined;
    this.#played = false;
    playback?.stop();
    if (this.#wish === 'start') this.#wait();
  }

  close(): void {
    this.update('end');
    for (const off of this.#unsubscribers) off();
  }

  #wait(): void {
    if (this.#cancel || this.#playback || this.#played) return;
    this.#after(this.#options.afterMs, () => (this.#isLineTaken ? this.#waitForLine() : this.#play()));
  }

  /** The bot plays or collects something of its own. The wait begins anew when that is over. */
  #waitForLine(): void {
    this.#after(CHECK_MS, () => (this.#isLineTaken ? this.#waitForLine() : this.#wait()));
  }

  get #isLineTaken(): boolean {
    return this.#heard || this.#call.collecting;
  }

  #play(): void {
    const playback = this.#call.playback(this.#options.audio, { yields: true });
    this.#playback = playback;
    const onEnd = (wasStopped: boolean) => {
      if (this.#playback !== playback) return;
      if (wasStopped) {
        this.stop();
        return;
      }
      this.#playback = undefined;
      this.#played = this.#wish === 'start';
      this.#cancelTimer();
    };
    playback.finished.then(
      ({ ended }) => onEnd(ended === 'interrupted'),
      () => onEnd(false),
    );
    this.#stopIfCollecting();
  }

  #stopIfCollecting(): void {
    this.#after(CHECK_MS, () => (this.#call.collecting ? this.stop() : this.#stopIfCollecting()));
  }

  #after(ms: number, then: () => void): void {
    this.#cancel = this.#clock.after(ms, () => {
      this.#cancel = undefined;
      then();
    });
  }

  #cancelTimer(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
