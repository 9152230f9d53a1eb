import { isHooklineError, messageOf } from '@hookline/runtime';
import { createSource } from '../call/audio-sources.js';
import { LiveCall } from '../call/live-call.js';
import { resolveTarget, type Target } from '../call/target.js';
import { ConflictError, checksAlreadyRunning, RequestError } from '../error.js';
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
import type { StudioContext } from '../studio-context.js';
import { encodeBotFrame, readMicFrame } from './mic-frame.js';
import { createRefusal, isRefusal, readPageMessage } from './page-messages.js';
import { PageRedactor } from './page-redactor.js';

/** The socket of a page. */
export interface PageSocket {
  sendText(json: string): void;
  sendBinary(bytes: Uint8Array): void;
  /** Bytes queued but not yet sent. */
  readonly bufferedAmount: number;
  /** Closes the socket at once, because the page does not read. */
  terminate(reason: string): void;
}

/** Multiple of `MAX_UNREAD_BYTES` at which the socket is closed. */
const TERMINATE_FACTOR = 8;

/** The session of one page: carries out its messages, reports what happens, and never sends it a secret. */
export class PageSession {
  readonly #socket: PageSocket;
  readonly #context: StudioContext;
  readonly #redactor = new PageRedactor();
  #call: LiveCall | undefined;
  #closed = false;
  /** Resolves when the last call has been saved, so that another may be dialled. */
  #callSaved: Promise<void> = Promise.resolve();
  /** Stops the current run of the checks, if this page started one. */
  #checkRun: AbortController | undefined;

  constructor(socket: PageSocket, context: StudioContext) {
    this.#socket = socket;
    this.#context = context;
    this.#redactor.addSecrets(context.secrets);
    void this.#report(
      'welcome',
      context.welcome().then((welcome) => this.send(welcome)),
    );
  }

  /** The page's call, live or being saved. */
  get call(): LiveCall | undefined {
    return this.#call;
  }

  /** Sends a message to the page. */
  send(message: BridgeMessage): void {
    const { bufferedAmount } = this.#socket;
    if (bufferedAmount > TERMINATE_FACTOR * MAX_UNREAD_BYTES) {
      this.#socket.terminate('the page does not read its messages');
      return;
    }
    const expendable = message.type === 'refused' || message.type === 'lanes';
    if (expendable && bufferedAmount > MAX_UNREAD_BYTES) return;
    this.#socket.sendText(this.#redactor.stringify(message));
  }

  /** Handles a text frame of the page. */
  onText(bytes: Uint8Array): void {
    const read = readPageMessage(bytes);
    if (isRefusal(read)) {
      this.send(read);
      return;
    }
    void this.#report(read.type, this.#handle(read));
  }

  /** Handles a binary frame of the page. */
  onBinary(bytes: Uint8Array): void {
    const frame = readMicFrame(bytes);
    if (typeof frame === 'string') this.send(createRefusal('audio', 'malformed', frame));
    else this.#call?.pushMicrophone(frame.position, frame.samples);
  }

  /** Called when the socket is closed: hangs up the call and stops the checks. */
  close(): void {
    this.#closed = true;
    this.#checkRun?.abort();
    this.#call?.stopReporting();
    this.#call?.hangUp();
  }

  /** Waits for work that nothing else waits for, and sends its error to the page. Never rejects. */
  #report(of: string, work: Promise<void>): Promise<void> {
    return work.catch((error: unknown) => this.send(this.#toRefusal(of, error)));
  }

  async #handle(message: PageMessage): Promise<void> {
    switch (message.type) {
      case 'dial':
        return this.#dial(message);
      case 'hang-up':
        return this.#requireCall().hangUp();
      case 'keys':
        return this.#requireCall().sendDtmf(message.digits);
      case 'hold':
        return this.#requireCall().setHold(message.on);
      case 'language':
        return this.#requireCall().setLanguage(message.language);
      case 'caller':
        return this.#requireCall().setSource(
          createSource(message.caller, (id) => this.#context.uploads.get(id)),
        );
      case 'probe':
        return this.#probe(message);
      case 'check':
        return this.#context.track(this.#check(message));
      case 'stop-checks':
        return this.#stopChecks();
      case 'open-path':
        return this.send({ type: 'opened-trace', id: await this.#context.traces.add(message.path) });
      case 'forget':
        return this.#context.deleteCall(message.id);
    }
  }

  async #dial(request: DialMessage): Promise<void> {
    if (this.#call && !this.#call.ended) throw callAlreadyLive();
    // The previous call is over, but may still be saved.
    await this.#callSaved;
    const source = createSource(request.caller, (id) => this.#context.uploads.get(id));
    const builtin = request.integration === 'builtin' ? request.connectorId || 'parrot' : undefined;
    const target = await this.#resolveTarget(request.integration, builtin);
    // Both waits take time: the page may have closed, or may have dialled twice.
    if (this.#closed) return;
    if (this.#call) throw callAlreadyLive();
    const { id, dir } = this.#context.traces.reserve();
    const call = new LiveCall({
      id,
      dir,
      clock: this.#context.clock,
      target,
      connectorId: builtin ?? request.connectorId ?? '',
      request,
      source,
      send: (message) => this.send(message),
      onBotAudio: (position, mulaw) => {
        if (this.#socket.bufferedAmount <= MAX_UNREAD_AUDIO_BYTES)
          this.#socket.sendBinary(encodeBotFrame(position, mulaw));
      },
      onHandshake: (head) => this.#redactor.addHandshake(head),
    });
    this.#call = call;
    this.#context.traces.markLive(call.entry);
    void this.#report('history', this.#context.broadcastHistory());
    const saved = call.saved.finally(() => this.#context.traces.markSaved(id));
    const finished = this.#context.track(saved).finally(() => {
      this.#call = undefined;
    });
    this.#callSaved = this.#report('history', finished);
  }

  async #probe({ integration }: ProbeMessage): Promise<void> {
    const target = await this.#resolveTarget(integration);
    const { verdict, problems, url, durationMs } = await target.integration.probe({
      clock: this.#context.clock,
      sink: {
        event: (event) => {
          if (event.kind === 'request' || event.kind === 'response') this.#redactor.addHandshake(event.head);
        },
      },
    });
    this.send({
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

  async #check(request: CheckMessage): Promise<void> {
    if (this.#checkRun) throw checksAlreadyRunning();
    const checks = new AbortController();
    this.#checkRun = checks;
    try {
      const builtin = request.integration === 'builtin' ? request.connectorId || 'parrot' : undefined;
      const target = await this.#resolveTarget(request.integration, builtin);
      await this.#context.checks.run({
        target,
        connectorId: builtin ?? request.connectorId ?? '',
        request,
        signal: checks.signal,
        send: (message) => this.send(message),
      });
    } finally {
      this.#checkRun = undefined;
    }
  }

  #stopChecks(): void {
    if (!this.#checkRun) throw new ConflictError('no-checks', 'No checks of this page are running.');
    this.#checkRun.abort();
  }

  /** @param builtin - the name of the built-in bot */
  async #resolveTarget(integration: IntegrationFields | 'builtin', builtin = 'parrot'): Promise<Target> {
    if (integration === 'builtin') {
      const target = await this.#context.bots.target(builtin);
      this.#redactor.addSecrets(target.secrets);
      return target;
    }
    // Before anything else: errors about the fields are sent to the page.
    this.#redactor.addSecrets(this.#context.secretsOf(integration));
    return resolveTarget(integration, this.#context.launch);
  }

  #requireCall(): LiveCall {
    if (this.#call) return this.#call;
    throw new ConflictError('no-call', 'There is no call: dial first.');
  }

  #toRefusal(of: string, error: unknown): RefusedMessage {
    if (error instanceof ConflictError) return createRefusal(of, error.code, error.message);
    if (error instanceof RequestError) return createRefusal(of, 'failed', error.message);
    if (!isHooklineError(error) || !error.isUsage) return createRefusal(of, 'failed', messageOf(error));
    const [, field] = /^(?:conversation\.)?([\w.]+)[: ]/.exec(error.message) ?? [];
    const { name = field, label = field } = FORM_FIELDS[field ?? ''] ?? {};
    const message = error.message
      .replace(field ?? '', label ?? '')
      .replace('set allowWs for a test', 'start `hookline studio --allow-ws` for a test');
    return createRefusal(of, 'invalid-field', message, name);
  }
}

const callAlreadyLive = () => new ConflictError('call-live', 'A call is already live: hang up first.');

/** The fields of the form and their labels, by the names that the client gives them. */
const FORM_FIELDS: Readonly<Record<string, { readonly name: string; readonly label: string }>> = {
  baseConnectionUri: { name: 'baseUri', label: 'Base Connection URI' },
  connectorId: { name: 'connectorId', label: 'Connector ID' },
  apiKey: { name: 'apiKey', label: 'API key' },
  clientSecret: { name: 'clientSecret', label: 'client secret' },
};
