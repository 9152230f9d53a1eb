import { type Cancel, type Clock, checkArgument, runUserCode } from '@hookline/runtime';
import { CALL_EVENTS, type Call, type CallEvents } from '../action/call.js';
import type { CallResult } from '../action/result.js';
import { fields, number } from '../argument-check.js';
import { argumentError } from '../argument-error.js';

/** The maximum number of events in the log of a call, as a bound against floods. */
const MAX_EVENTS = 20_000;

/** The events of `call.on` that a log keeps unchanged. */
type KeptName = Exclude<keyof CallEvents, 'wire' | 'state' | 'warning'>;

/** An event of a call. `t` is in milliseconds since dialling. */
export type CallEvent =
  | { [Name in KeptName]: { readonly name: Name } & CallEvents[Name][0] }[KeptName]
  /** The session is open. */
  | { readonly name: 'opened'; readonly t: number }
  /** A rule was broken, or there is something the author should know. */
  | ({ readonly name: 'warning'; readonly t: number } & CallEvents['warning'][0])
  /** The result. Only what happens until the socket is closed may follow, such as a `warning` about a missing `closed`. */
  | { readonly name: 'ended'; readonly t: number; readonly result: CallResult };

/** The names of the events in a log. */
export type CallEventName = CallEvent['name'];

const { wire: _wire, state: _state, ...KEPT_EVENTS } = CALL_EVENTS;
const LOGGED_EVENTS: Readonly<Record<CallEventName, true>> = { ...KEPT_EVENTS, opened: true, ended: true };

/** Options of `log.nextEvent`. */
export interface NextEventOptions {
  /** How long to wait, in milliseconds. Default: to the end of the call. */
  readonly within?: number;
}

/** The events of a call in order, with a cursor that `nextEvent` advances. */
export interface EventLog {
  /** All events so far; at most 20,000. */
  readonly events: readonly CallEvent[];
  /** The index in `events` at which `nextEvent` continues. May be set. */
  cursor: number;
  /**
   * Waits for the first event at or after the cursor that matches, skips the events before it, and moves the cursor
   * after it. Resolves with undefined, without moving the cursor, on timeout or if the call ends without a match. Await
   * each call before the next.
   *
   * @param fits - the name of an event, or a function that tells whether an event matches
   * @throws HooklineError `CLIENT_BAD_ARGUMENT` as a rejection, for an unknown name or an invalid time; what `fits` throws
   */
  nextEvent<Name extends CallEventName>(
    name: Name,
    options?: NextEventOptions,
  ): Promise<Extract<CallEvent, { readonly name: Name }> | undefined>;
  nextEvent<Fitting extends CallEvent>(
    fits: (event: CallEvent) => event is Fitting,
    options?: NextEventOptions,
  ): Promise<Fitting | undefined>;
  nextEvent(
    fits: CallEventName | ((event: CallEvent) => boolean),
    options?: NextEventOptions,
  ): Promise<CallEvent | undefined>;
  /** Calls `listener` after each event. Returns an unsubscribe function. Errors of `listener` are ignored. */
  subscribe(listener: (event: CallEvent) => void): () => void;
}

/**
 * Records the events of a call. Call it in the same tick of the event loop as the call, so that no event is missed.
 *
 * @param clock - the clock of the call
 */
export function recordEvents(call: Call, clock: Clock): EventLog {
  checkArgument('CLIENT_BAD_ARGUMENT', 'recordEvents: call', call, 'object');
  checkArgument('CLIENT_BAD_ARGUMENT', 'recordEvents: clock', clock, 'object');
  return new RecordedEvents(call, clock);
}

class RecordedEvents implements EventLog {
  readonly events: CallEvent[] = [];
  cursor = 0;
  readonly #clock: Clock;
  readonly #listeners = new Set<(event: CallEvent) => void>();
  #ended = false;

  constructor(call: Call, clock: Clock) {
    this.#clock = clock;
    call.on('playbackStarted', (fact) => this.#add({ name: 'playbackStarted', ...fact }));
    call.on('playbackCompleted', (fact) => this.#add({ name: 'playbackCompleted', ...fact }));
    call.on('bargeIn', (fact) => this.#add({ name: 'bargeIn', ...fact }));
    call.on('reply', (fact) => this.#add({ name: 'reply', ...fact }));
    call.on('turn', (fact) => this.#add({ name: 'turn', ...fact }));
    call.on('paused', (fact) => this.#add({ name: 'paused', ...fact }));
    call.on('resumed', (fact) => this.#add({ name: 'resumed', ...fact }));
    call.on('pong', (fact) => this.#add({ name: 'pong', ...fact }));
    call.on('error', (fact) => this.#add({ name: 'error', ...fact }));
    call.on('disconnect', (fact) => this.#add({ name: 'disconnect', ...fact }));
    call.on('callerDone', (fact) => this.#add({ name: 'callerDone', ...fact }));
    call.on('state', (state) => {
      if (state === 'open') this.#add({ name: 'opened', t: call.elapsedMs });
    });
    call.on('warning', (warning) => this.#add({ name: 'warning', t: warning.firstAtMs, ...warning }));
    void call.result.then((result) => {
      this.#ended = true;
      this.#add({ name: 'ended', t: result.durationMs, result });
    });
  }

  subscribe(listener: (event: CallEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  nextEvent<Name extends CallEventName>(
    name: Name,
    options?: NextEventOptions,
  ): Promise<Extract<CallEvent, { readonly name: Name }> | undefined>;
  nextEvent(fits: (event: CallEvent) => boolean, options?: NextEventOptions): Promise<CallEvent | undefined>;
  async nextEvent(
    fits: CallEventName | ((event: CallEvent) => boolean),
    options: NextEventOptions = {},
  ): Promise<CallEvent | undefined> {
    fields(options, '', { within: number({ min: 0, infinite: true }) });
    if (typeof fits === 'string' && !Object.hasOwn(LOGGED_EVENTS, fits))
      throw argumentError('nextEvent: name', fits, `an event: ${Object.keys(LOGGED_EVENTS).join(', ')}`);
    const isFitting = typeof fits === 'string' ? (event: CallEvent) => event.name === fits : fits;
    return new Promise((resolve, reject) => {
      let cancel: Cancel = () => {};
      let position = this.cursor;
      const settle = (found: CallEvent | undefined) => {
        cancel();
        unsubscribe();
        resolve(found);
      };
      const look = () => {
        try {
          for (; position < this.events.length; position++) {
            const event = this.events[position];
            if (!event || !isFitting(event)) continue;
            this.cursor = position + 1;
            return settle(event);
          }
        } catch (error) {
          cancel();
          unsubscribe();
          return reject(error);
        }
        if (this.#ended) settle(undefined);
      };
      const unsubscribe = this.subscribe(look);
      const { within } = options;
      if (within !== undefined && within !== Number.POSITIVE_INFINITY) {
        cancel = this.#clock.after(within, () => settle(undefined));
      }
      look();
    });
  }

  #add(event: CallEvent): void {
    if (this.events.length >= MAX_EVENTS && event.name !== 'ended') return;
    this.events.push(event);
    for (const listener of [...this.#listeners]) {
      runUserCode(
        () => listener(event),
        () => {},
      );
    }
  }
}
