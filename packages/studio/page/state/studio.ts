import { computed, signal } from '@preact/signals';
import type {
  BridgeMessage,
  CallEntry,
  CallStateMessage,
  CheckProgressMessage,
  CheckResultMessage,
  Comparison,
  DialMessage,
  OpenedTrace,
  ProbeResultMessage,
  RowPage,
  StoredCall,
  UploadedAudio,
  Welcome,
} from '../../src/messages.js';
import { PageAudio } from '../audio/page-audio.js';
import { RecordingPlayer } from '../audio/recording-player.js';
import { Api, ApiError, saveFile } from '../bridge/api.js';
import { BridgeLink } from '../bridge/bridge-link.js';
import type { Launch } from '../bridge/launch.js';
import type { LinkState } from '../bridge/worker-messages.js';
import { CallForm } from './call-form.js';
import { CallView } from './call-view.js';

/** The column that is shown on a narrow page. */
export type Pane = 'dial' | 'call' | 'result';
export type Tab = 'call' | 'checks' | 'history';

/** State and actions of the page. Components read the signals and call the methods. */
export class Studio {
  readonly #link = new BridgeLink({
    onLinkState: (state) => this.#onLinkState(state),
    onMessage: (message) => this.#onMessage(message),
  });
  readonly #launch: Launch;
  readonly api: Api;
  readonly audio = new PageAudio(this.#link);
  readonly form = new CallForm();
  readonly player: RecordingPlayer;

  readonly linkState = signal<LinkState>('connecting');
  readonly welcome = signal<Welcome | undefined>(undefined);
  readonly history = signal<readonly CallEntry[]>([]);
  readonly tab = signal<Tab>('call');
  readonly pane = signal<Pane>('dial');
  readonly helpOpen = signal(false);
  /** True from pressing Call until `dial` is sent, while the browser asks for the microphone. */
  readonly starting = signal(false);
  /** State of the last press of Call until the bridge reports the call; `failed` if no call was made. */
  readonly attempt = signal<'pending' | 'failed' | undefined>(undefined);
  /** The live call, or the last one. */
  readonly dialled = signal<CallView | undefined>(undefined);
  /** The call that is shown. */
  readonly shown = signal<CallView | undefined>(undefined);
  readonly live = computed(() => (this.dialled.value?.live ? this.dialled.value : undefined));
  readonly probe = signal<ProbeResultMessage | 'running' | undefined>(undefined);
  readonly checkProgress = signal<CheckProgressMessage | undefined>(undefined);
  readonly checks = signal<CheckResultMessage | undefined>(undefined);
  /** An error that is not about a form field. */
  readonly error = signal<string | undefined>(undefined);

  constructor(launch: Launch) {
    this.#launch = launch;
    this.api = new Api(launch.token ?? '');
    this.player = new RecordingPlayer(this.api, this.shown);
    if (launch.token === undefined) this.linkState.value = 'lost';
    else this.#link.open(launch.token);
  }

  /** Whether this page was opened without a token. */
  get tokenMissing(): boolean {
    return this.#launch.token === undefined;
  }

  /** Whether the token belongs to an earlier launch of the command. */
  readonly tokenRejected = signal(false);

  dial(): Promise<void> {
    return this.#dial(() => this.form.dialMessage());
  }

  /** Dials a built-in bot. */
  dialBuiltIn(bot: string): Promise<void> {
    return this.#dial(() => this.form.builtInDialMessage(bot));
  }

  hangUp(): void {
    this.#link.send({ type: 'hang-up' });
  }

  sendDtmf(digits: string): void {
    if (this.live.value) this.#link.send({ type: 'keys', digits });
  }

  setHold(on: boolean): void {
    this.#link.send({ type: 'hold', on });
  }

  /** Changes the language of the live call. */
  setLanguage(language: string): void {
    this.#link.send({ type: 'language', language });
  }

  /** Switches the live call to the caller of the form. */
  async changeCaller(): Promise<void> {
    if (!this.live.value) return;
    if (this.form.caller.value === 'mic' && !(await this.#startMicrophone())) return;
    const caller = this.form.callerChoice();
    if (caller) this.#link.send({ type: 'caller', caller });
  }

  activate(): void {
    this.probe.value = 'running';
    this.#link.send({ type: 'probe', integration: this.form.integration.value });
  }

  check(only: readonly string[], strict: boolean): void {
    this.checks.value = undefined;
    this.checkProgress.value = { type: 'check-progress', scenario: '', phase: 'begin', done: 0, total: 0 };
    this.#link.send({
      type: 'check',
      integration: this.form.baseUri.value.trim() === '' ? 'builtin' : this.form.integration.value,
      connectorId: this.form.connectorId.value,
      ...(only.length > 0 && { only }),
      strict,
    });
  }

  stopChecks(): void {
    this.#link.send({ type: 'stop-checks' });
  }

  deleteCall(id: string): void {
    this.#link.send({ type: 'forget', id });
    if (this.shown.value?.id === id) this.shown.value = this.live.value;
  }

  openPath(path: string): void {
    this.#link.send({ type: 'open-path', path });
  }

  async openZip(file: Blob): Promise<void> {
    await this.#reportErrors(async () => {
      const { id } = await this.api.post<OpenedTrace>('/api/traces', file);
      await this.open(id);
    });
  }

  /** Uploads a WAV file and selects it as the caller. */
  async chooseWav(file: File): Promise<void> {
    await this.#reportErrors(async () => {
      const path = `/api/audio?name=${encodeURIComponent(file.name)}`;
      this.form.wav.value = await this.api.post<UploadedAudio>(path, file);
      this.form.caller.value = 'wav';
      this.form.faults.value = {};
    });
  }

  /** Opens a dropped file: a WAV file becomes the caller, anything else is opened as a trace. */
  openDroppedFile(file: File): Promise<void> {
    return /\.wav$/i.test(file.name) ? this.chooseWav(file) : this.openZip(file);
  }

  /** Shows a stored call; rows are loaded page by page. */
  async open(id: string, row?: number): Promise<void> {
    await this.#reportErrors(async () => {
      const path = `/api/calls/${encodeURIComponent(id)}`;
      const kept = await this.api.get<StoredCall>(path);
      const view = new CallView(id);
      view.load(kept);
      view.selected.value = row;
      this.attempt.value = undefined;
      this.shown.value = view;
      this.tab.value = 'call';
      this.pane.value = 'call';
      for (let from = 0; from < kept.rows && this.shown.value === view; ) {
        const page = await this.api.get<RowPage>(`${path}/rows?from=${from}`);
        view.rows.add(page.rows);
        if (page.rows.length === 0) break;
        from += page.rows.length;
      }
    });
  }

  /** Compares two calls; undefined if the request failed. */
  async compare(a: string, b: string): Promise<Comparison | undefined> {
    let comparison: Comparison | undefined;
    await this.#reportErrors(async () => {
      comparison = await this.api.get<Comparison>(
        `/api/compare?a=${encodeURIComponent(a)}&b=${encodeURIComponent(b)}`,
      );
    });
    return comparison;
  }

  /** Downloads a file of the shown call. */
  async download(file: string): Promise<void> {
    const id = this.shown.value?.id;
    if (id === undefined) return;
    await this.#reportErrors(async () =>
      saveFile(await this.api.file(`/api/calls/${encodeURIComponent(id)}/${file}`), `${id}-${file}`),
    );
  }

  /** Shows the live call again. */
  returnToCall(): void {
    this.shown.value = this.dialled.value;
    this.tab.value = 'call';
  }

  async #dial(message: () => DialMessage | undefined): Promise<void> {
    if (this.starting.value || this.live.value || this.linkState.value !== 'open') return;
    this.attempt.value = 'failed';
    if (!message()) return;
    this.starting.value = true;
    this.error.value = undefined;
    this.attempt.value = 'pending';
    let sent = false;
    try {
      await this.audio.startSpeaker();
      if (this.form.caller.value === 'mic' && !(await this.#startMicrophone())) return;
      const ready = message();
      if (!ready) return;
      this.#link.send(ready);
      sent = true;
      this.tab.value = 'call';
    } catch (error) {
      this.error.value = `The browser cannot play audio: ${errorMessage(error)}`;
    } finally {
      this.starting.value = false;
      if (!sent) this.attempt.value = 'failed';
    }
  }

  #startMicrophone(): Promise<boolean> {
    return this.audio.startMicrophone(this.form.microphone.value, this.form.headphones.value);
  }

  #onLinkState(state: LinkState): void {
    this.linkState.value = state;
    if (state === 'lost') {
      // The bridge stops the checks of a page whose socket closes.
      this.checkProgress.value = undefined;
      if (this.attempt.value === 'pending') this.attempt.value = 'failed';
      void this.#checkToken();
    }
    if (state === 'lost' && this.live.value) {
      this.live.value.state.value = 'ended';
      this.audio.stopMicrophone();
    }
  }

  /** Finds out whether the token was rejected: a failed WebSocket does not reveal the status, a request does. */
  async #checkToken(): Promise<void> {
    try {
      await this.api.get('/api/calls');
      this.tokenRejected.value = false;
    } catch (error) {
      this.tokenRejected.value = error instanceof ApiError && error.status === 403;
    }
  }

  #onMessage(message: BridgeMessage): void {
    switch (message.type) {
      case 'welcome':
        this.#onWelcome(message);
        break;
      case 'state':
        this.#onCallState(message);
        break;
      case 'rows':
        this.#findCall(message.callId)?.rows.add(message.rows);
        break;
      case 'lanes':
        this.#findCall(message.callId)?.lanes.add(message);
        break;
      case 'mark':
        this.#findCall(message.callId)?.addMark(message.mark);
        break;
      case 'turn': {
        const view = this.#findCall(message.callId);
        if (view) view.turns.value = [...view.turns.value, message];
        break;
      }
      case 'note': {
        const view = this.#findCall(message.callId);
        if (view) view.notes.value = [...view.notes.value, message];
        break;
      }
      case 'result': {
        const view = this.#findCall(message.callId);
        if (view) {
          view.outcome.value = message.outcome;
          view.notes.value = message.outcome.notes;
        }
        break;
      }
      case 'history':
        this.history.value = message.calls;
        void this.#loadRecording();
        break;
      case 'opened-trace':
        void this.open(message.id);
        break;
      case 'probe-result':
        this.probe.value = message;
        break;
      case 'check-progress':
        this.checkProgress.value = message;
        break;
      case 'check-result':
        this.checks.value = message;
        this.checkProgress.value = undefined;
        break;
      case 'refused':
        this.#onRefused(message);
        break;
    }
  }

  #onWelcome(message: Welcome): void {
    const first = this.welcome.value === undefined;
    this.welcome.value = message;
    this.history.value = message.calls;
    if (!first) return;
    this.form.prefill(message.launch, this.#launch);
    if (message.launch.traceId !== undefined) void this.open(message.launch.traceId);
    else if (this.#launch.auto) void this.dial();
  }

  #onCallState({ callId, state, activity, onHold }: CallStateMessage): void {
    let view = this.#findCall(callId);
    if (!view) {
      this.attempt.value = undefined;
      view = new CallView(callId);
      this.dialled.value = view;
      this.shown.value = view;
      this.pane.value = 'call';
    }
    view.state.value = state;
    view.activity.value = activity;
    view.onHold.value = onHold;
    if (state === 'ended') this.audio.stopMicrophone();
  }

  #onRefused(message: Extract<BridgeMessage, { type: 'refused' }>): void {
    if (message.of === 'probe') this.probe.value = undefined;
    if (message.of === 'check') this.checkProgress.value = undefined;
    if (message.of === 'dial') {
      this.attempt.value = 'failed';
      this.audio.stopMicrophone();
    }
    if (message.field === undefined) this.error.value = message.message;
    else this.form.faults.value = { ...this.form.faults.value, [message.field]: message.message };
  }

  /** Loads the recording and the exact lanes once the call has been saved. */
  async #loadRecording(): Promise<void> {
    const view = this.dialled.value;
    if (!view || view.live || view.entry.value) return;
    // Without a path it is still being written.
    if (!this.history.value.some(({ id, path }) => id === view.id && path !== undefined)) return;
    await this.#reportErrors(async () =>
      view.load(await this.api.get<StoredCall>(`/api/calls/${encodeURIComponent(view.id)}`)),
    );
  }

  #findCall(callId: string): CallView | undefined {
    return this.dialled.value?.id === callId ? this.dialled.value : undefined;
  }

  async #reportErrors(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.error.value = errorMessage(error);
    }
  }
}

function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
