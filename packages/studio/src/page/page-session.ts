import { isHooklineError, messageOf } from '@hookline/runtime';
import { LiveCall } from '../call/live-call.js';
import { type Target, targetOf } from '../call/target.js';
import { voiceOf } from '../call/voices.js';
import { checksRun, NotNow, RequestRefused } from '../error.js';
import { MAX_UNREAD_AUDIO_BYTES, MAX_UNREAD_BYTES } from '../limits.js';
import type {
  BridgeMessage,
  CheckMessage,
  DialMessage,
  IntegrationFields,
  PageMessage,
  ProbeMessage,
  RefusedMessage,
} from '../messages.js';
import type { Workshop } from '../workshop.js';
import { PageMasking } from './masking.js';
import { botFrame, readMicFrame } from './mic-frame.js';
import { isRefused, readPageMessage, refused } from './page-messages.js';

/** The socket of a page. */
export interface PageSocket {
  text(json: string): void;
  binary(bytes: Uint8Array): void;
  /** Bytes that wait to be taken. */
  readonly unread: number;
  /** Ends it, since the page does not read. */
  drop(reason: string): void;
}

/** How much more than a refusal the page may leave unread before it is let go. */
const PATIENCE = 8;

/** One page: does what it says, tells it what happens, and never tells it a secret. */
export class PageSession {
  readonly #socket: PageSocket;
  readonly #workshop: Workshop;
  readonly #masking = new PageMasking();
  #call: LiveCall | undefined;
  #gone = false;
  /** Resolves when the call has been written, and another one may be dialled. */
  #written: Promise<void> = Promise.resolve();
  /** Stops the run of the checks that the page has ordered, while it goes on. */
  #checks: AbortController | undefined;

  constructor(socket: PageSocket, workshop: Workshop) {
    this.#socket = socket;
    this.#workshop = workshop;
    this.#masking.learn(workshop.secrets);
    void workshop.welcome().then((welcome) => this.tell(welcome));
  }

  /** A call of the page that is live or being written. */
  get call(): LiveCall | undefined {
    return this.#call;
  }

  /** Tells the page something. */
  tell(message: BridgeMessage): void {
    const { unread } = this.#socket;
    if (unread > PATIENCE * MAX_UNREAD_BYTES) {
      this.#socket.drop('the page does not read what it is told');
      return;
    }
    const spare = message.type === 'refused' || message.type === 'lanes';
    if (spare && unread > MAX_UNREAD_BYTES) return;
    this.#socket.text(this.#masking.json(message));
  }

  /** A text frame. */
  text(bytes: Uint8Array): void {
    const read = readPageMessage(bytes);
    if (isRefused(read)) {
      this.tell(read);
      return;
    }
    this.#attempt(read).catch((error: unknown) => this.tell(this.#refusal(read.type, error)));
  }

  /** A binary frame. */
  binary(bytes: Uint8Array): void {
    const frame = readMicFrame(bytes);
    if (typeof frame === 'string') this.tell(refused('audio', 'malformed', frame));
    else this.#call?.microphone(frame.position, frame.samples);
  }

  /** The page is gone: its call is hung up, and its checks are stopped. */
  gone(): void {
    this.#gone = true;
    this.#checks?.abort();
    this.#call?.mute();
    this.#call?.hangUp();
  }

  async #attempt(message: PageMessage): Promise<void> {
    switch (message.type) {
      case 'dial':
        return this.#dial(message);
      case 'hang-up':
        return this.#live().hangUp();
      case 'keys':
        return this.#live().press(message.digits);
      case 'hold':
        return this.#live().hold(message.on);
      case 'language':
        return this.#live().setLanguage(message.language);
      case 'caller':
        return this.#live().speak(voiceOf(message.caller, (id) => this.#workshop.audio(id)));
      case 'probe':
        return this.#probe(message);
      case 'check':
        return this.#workshop.during(this.#check(message));
      case 'stop-checks':
        return this.#stopChecks();
      case 'open-path':
        return this.tell({ type: 'opened-trace', id: await this.#workshop.traces.add(message.path) });
      case 'forget':
        return this.#workshop.forget(message.id);
    }
  }

  async #dial(order: DialMessage): Promise<void> {
    if (this.#call && !this.#call.over) throw callLive();
    // A call that is over is being written.
    await this.#written;
    const voice = voiceOf(order.caller, (id) => this.#workshop.audio(id));
    const builtin = order.integration === 'builtin' ? order.connectorId || 'parrot' : undefined;
    const target = await this.#target(order.integration, builtin);
    // That took its time: nobody may be there any more, or the same was said twice.
    if (this.#gone) return;
    if (this.#call) throw callLive();
    const { id, dir } = this.#workshop.traces.begin();
    const call = new LiveCall({
      id,
      dir,
      clock: this.#workshop.clock,
      target,
      connectorId: builtin ?? order.connectorId ?? '',
      order,
      voice,
      tell: (message) => this.tell(message),
      hear: (position, mulaw) => {
        if (this.#socket.unread <= MAX_UNREAD_AUDIO_BYTES) this.#socket.binary(botFrame(position, mulaw));
      },
      head: (head) => this.#masking.head(head),
    });
    this.#call = call;
    this.#written = this.#workshop.during(call.kept).then(() => {
      this.#call = undefined;
    });
  }

  async #probe({ integration }: ProbeMessage): Promise<void> {
    const target = await this.#target(integration);
    const { verdict, problems, url, durationMs } = await target.integration.probe({
      clock: this.#workshop.clock,
      sink: {
        event: (event) => {
          if (event.kind === 'request' || event.kind === 'response') this.#masking.head(event.head);
        },
      },
    });
    this.tell({
      type: 'probe-result',
      verdict,
      problems: problems.map(({ text, fatal, clause, status }) => ({
        text,
        fatal,
        ...(clause === undefined ? {} : { clause }),
        ...(status === undefined ? {} : { status }),
      })),
      url,
      durationMs: Math.round(durationMs),
    });
  }

  async #check(order: CheckMessage): Promise<void> {
    if (this.#checks) throw checksRun();
    const checks = new AbortController();
    this.#checks = checks;
    try {
      const builtin = order.integration === 'builtin' ? order.connectorId || 'parrot' : undefined;
      const target = await this.#target(order.integration, builtin);
      await this.#workshop.checks.run({
        target,
        connectorId: builtin ?? order.connectorId ?? '',
        order,
        signal: checks.signal,
        tell: (message) => this.tell(message),
      });
    } finally {
      this.#checks = undefined;
    }
  }

  #stopChecks(): void {
    if (!this.#checks) throw new NotNow('no-checks', 'No checks of this page are running.');
    this.#checks.abort();
  }

  /** @param builtin - which of the built-in bots */
  async #target(integration: IntegrationFields | 'builtin', builtin = 'parrot'): Promise<Target> {
    if (integration === 'builtin') {
      const target = await this.#workshop.bots.target(builtin);
      this.#masking.learn(target.secrets);
      return target;
    }
    // First of all, since what is wrong with the fields is told.
    this.#masking.learn(this.#workshop.secretsOf(integration));
    return targetOf(integration, this.#workshop.launch);
  }

  #live(): LiveCall {
    if (this.#call) return this.#call;
    throw new NotNow('no-call', 'There is no call: dial first.');
  }

  #refusal(of: string, error: unknown): RefusedMessage {
    if (error instanceof NotNow) return refused(of, error.code, error.message);
    if (error instanceof RequestRefused) return refused(of, 'failed', error.message);
    if (!isHooklineError(error) || !error.isUsage) return refused(of, 'failed', messageOf(error));
    const [, field = ''] = /^([\w.]+)[: ]/.exec(error.message) ?? [];
    return refused(of, 'invalid-field', error.message, FIELDS[field] ?? field);
  }
}

const callLive = () => new NotNow('call-live', 'A call is live already: hang up first.');

/** What the form calls a field that the client calls something else. */
const FIELDS: Readonly<Record<string, string>> = { baseConnectionUri: 'baseUri' };
