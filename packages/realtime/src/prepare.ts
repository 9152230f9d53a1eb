import { type Clock, checkArgument, guardedSignal, systemClock } from '@hookline/runtime';
import type { CallFacts } from '@hookline/server';
import { checkedOptions } from './checked-options.js';
import { RealtimeError } from './error.js';
import type { RealtimeOptions } from './options.js';
import type { RealtimeService, ServiceHost, ServiceLink, SessionStart } from './service/service.js';
import { HeldEvents } from './session/held-events.js';
import { InterruptionGate } from './session/interruption-gate.js';
import { declarationsOf } from './session/tool-runs.js';

/**
 * Returns a `prepare` for `createBot` that connects the service while the client opens the call. The second argument of
 * the handler is the connected service: pass it to `realtime` with the same options.
 *
 * @throws RealtimeError `REALTIME_BAD_OPTION`, also for `instructions` that are a function of the call;
 *   `REALTIME_BAD_TOOL`
 */
export function prepareRealtime(
  service: RealtimeService,
  options: RealtimeOptions = {},
): (facts: CallFacts, open: Promise<unknown>, signal: AbortSignal) => RealtimeService {
  checkArgument('REALTIME_BAD_OPTION', 'prepareRealtime: service', service, 'object');
  const { instructions = '', clock = systemClock, ...others } = options;
  if (typeof instructions !== 'string') {
    throw new RealtimeError(
      'REALTIME_BAD_OPTION',
      'prepareRealtime: instructions is a function of the call, which does not exist yet; expected a string.',
    );
  }
  const { greeting, interruption, given } = checkedOptions(others);
  const words = typeof greeting === 'object' ? greeting.text.trim() : '';
  const tools = declarationsOf(given.tools);
  const start = (): SessionStart => ({
    instructions,
    tools,
    history: words === '' ? [] : [{ who: 'bot', text: words }],
    handle: undefined,
    interruption: InterruptionGate.canServiceInterrupt(interruption, service.can.vad) ? 'service' : 'session',
  });
  return (_facts, _open, signal) => new PreparedService(service, start(), clock, signal);
}

/** A service whose first connection is already made. */
class PreparedService implements RealtimeService {
  readonly #service: RealtimeService;
  #early: EarlyConnection | undefined;

  constructor(service: RealtimeService, start: SessionStart, clock: Clock, signal: AbortSignal) {
    this.#service = service;
    this.#early = new EarlyConnection(service, start, clock, signal);
  }

  get name(): string {
    return this.#service.name;
  }

  get input(): RealtimeService['input'] {
    return this.#service.input;
  }

  get output(): RealtimeService['output'] {
    return this.#service.output;
  }

  get can(): RealtimeService['can'] {
    return this.#service.can;
  }

  connect(host: ServiceHost, start: SessionStart, signal: AbortSignal): Promise<ServiceLink> {
    const early = this.#early;
    this.#early = undefined;
    if (early?.matches(start)) return early.handOver(host, signal);
    early?.close();
    return this.#service.connect(host, start, signal);
  }
}

/** A connection made before its session starts: holds the service's events until then. */
class EarlyConnection {
  readonly #start: SessionStart;
  readonly #abort = new AbortController();
  readonly #link: Promise<ServiceLink>;
  readonly #events: HeldEvents;
  #closed = false;

  constructor(service: RealtimeService, start: SessionStart, clock: Clock, signal: AbortSignal) {
    this.#start = start;
    this.#events = new HeldEvents(clock, () => this.close());
    const { host } = this.#events;
    // There is no call yet whose log could take what a listener throws.
    guardedSignal(this.#abort.signal, () => {});
    this.#link = (async () => service.connect(host, start, this.#abort.signal))();
    // If the client never opens the call, nobody awaits this promise.
    this.#link.catch(() => {});
    if (signal.aborted) this.close();
    else signal.addEventListener('abort', () => this.close(), { once: true });
  }

  /** Whether this connection was made with the same settings. */
  matches(start: SessionStart): boolean {
    return !this.#closed && JSON.stringify(start) === JSON.stringify(this.#start);
  }

  /** Hands the connection over, with the events so far. */
  handOver(host: ServiceHost, signal: AbortSignal): Promise<ServiceLink> {
    signal.addEventListener('abort', () => this.close(), { once: true });
    this.#events.release(host);
    return this.#link;
  }

  close(): void {
    this.#closed = true;
    this.#events.clear();
    this.#abort.abort();
    // Neither a failed connection nor a link that breaks its promise not to throw may end the process.
    this.#link.then((link) => link.close()).catch(() => {});
  }
}
