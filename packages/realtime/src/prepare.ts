import { type Clock, systemClock } from '@hookline/runtime';
import type { CallFacts } from '@hookline/server';
import { checkedOptions } from './checked-options.js';
import { RealtimeError } from './error.js';
import type { RealtimeOptions } from './options.js';
import type { RealtimeService, ServiceHost, ServiceLink, SessionStart } from './service/service.js';
import { InterruptionGate } from './session/interruption-gate.js';
import { declarationsOf } from './session/tool-runs.js';

/** What a service tells before its call is there; one that tells more is connected to again. */
const MAX_TOLD_EARLY = 1000;

/**
 * A `prepare` for `createBot` that connects the service while the client still opens the call: the handler gets the
 * service with its connection as second argument, for `realtime` with the same options.
 *
 * @throws RealtimeError `REALTIME_BAD_OPTION`, also for `instructions` that are a function of the call;
 *   `REALTIME_BAD_TOOL`
 */
export function prepareRealtime(
  service: RealtimeService,
  options: RealtimeOptions = {},
): (facts: CallFacts, open: Promise<unknown>, signal: AbortSignal) => RealtimeService {
  const { instructions = '', clock = systemClock, ...others } = options;
  if (typeof instructions !== 'string') {
    throw new RealtimeError(
      'REALTIME_BAD_OPTION',
      'prepareRealtime: instructions is a function of the call, which is not there yet; expected a text.',
    );
  }
  const { greeting, interruption, given } = checkedOptions(others);
  const words = typeof greeting === 'object' ? greeting.text.trim() : '';
  const start: SessionStart = {
    instructions,
    tools: declarationsOf(given.tools),
    history: words === '' ? [] : [{ who: 'bot', text: words }],
    handle: undefined,
    interruption: InterruptionGate.leavesToService(interruption) ? 'service' : 'session',
  };
  return (_facts, _open, signal) => new PreparedService(service, start, clock, signal);
}

/** A service whose first connection is made already. */
class PreparedService implements RealtimeService {
  readonly #service: RealtimeService;
  #ahead: ConnectionAhead | undefined;

  constructor(service: RealtimeService, start: SessionStart, clock: Clock, signal: AbortSignal) {
    this.#service = service;
    this.#ahead = new ConnectionAhead(service, start, clock, signal);
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
    const ahead = this.#ahead;
    this.#ahead = undefined;
    if (ahead?.fits(start)) return ahead.take(host, signal);
    ahead?.close();
    return this.#service.connect(host, start, signal);
  }
}

/** A connection whose session is not there yet: keeps what the service tells until it is. */
class ConnectionAhead {
  readonly #start: SessionStart;
  readonly #abort = new AbortController();
  readonly #link: Promise<ServiceLink>;
  #early: ((host: ServiceHost) => void)[] = [];
  #host: ServiceHost | undefined;
  #over = false;

  constructor(service: RealtimeService, start: SessionStart, clock: Clock, signal: AbortSignal) {
    this.#start = start;
    const tell = (what: (host: ServiceHost) => void) => this.#tell(what);
    const host: ServiceHost = {
      clock,
      audio: (...told) => tell((to) => to.audio(...told)),
      replyStarted: (...told) => tell((to) => to.replyStarted(...told)),
      replyDone: (...told) => tell((to) => to.replyDone(...told)),
      speech: (...told) => tell((to) => to.speech(...told)),
      interrupted: (...told) => tell((to) => to.interrupted(...told)),
      text: (...told) => tell((to) => to.text(...told)),
      toolCall: (...told) => tell((to) => to.toolCall(...told)),
      toolCancelled: (...told) => tell((to) => to.toolCancelled(...told)),
      expires: (...told) => tell((to) => to.expires(...told)),
      resumable: (...told) => tell((to) => to.resumable(...told)),
      usage: (...told) => tell((to) => to.usage(...told)),
      problem: (...told) => tell((to) => to.problem(...told)),
      closed: (...told) => tell((to) => to.closed(...told)),
    };
    this.#link = (async () => service.connect(host, start, this.#abort.signal))();
    // Nobody may ask for it: the client may not open the call.
    this.#link.catch(() => {});
    if (signal.aborted) this.close();
    else signal.addEventListener('abort', () => this.close(), { once: true });
  }

  /** Whether a session that begins so may have this connection. */
  fits(start: SessionStart): boolean {
    return !this.#over && JSON.stringify(start) === JSON.stringify(this.#start);
  }

  /** Hands the connection over. What was told so far is told in order. */
  take(host: ServiceHost, signal: AbortSignal): Promise<ServiceLink> {
    this.#host = host;
    signal.addEventListener('abort', () => this.close(), { once: true });
    for (const told of this.#early.splice(0)) told(host);
    return this.#link;
  }

  close(): void {
    this.#over = true;
    this.#early = [];
    this.#abort.abort();
    this.#link.then(
      (link) => link.close(),
      () => {},
    );
  }

  #tell(what: (host: ServiceHost) => void): void {
    if (this.#host) what(this.#host);
    else if (this.#early.length < MAX_TOLD_EARLY) this.#early.push(what);
    else this.close();
  }
}
