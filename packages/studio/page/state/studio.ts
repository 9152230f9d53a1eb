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
  PageMessage,
  ProbeResultMessage,
  RowPage,
  StoredCall,
  UploadedAudio,
  Welcome,
} from '../../src/messages.js';
import { PageAudio } from '../audio/page-audio.js';
import { RecordingPlayer } from '../audio/recording-player.js';
import { Api, ApiError, errorMessage, saveFile } from '../bridge/api.js';
import { BridgeLink } from '../bridge/bridge-link.js';
import type { Launch } from '../bridge/launch.js';
import type { LinkState } from '../bridge/worker-messages.js';
import { type CallerKind, CallForm, isFormField } from './call-form.js';
import { CallView } from './call-view.js';
import { chooseLinkedCaller } from './linked-caller.js';

/** The column that is shown on a narrow page. */
export type Pane = 'dial' | 'call' | 'result';
export type Tab = 'call' | 'checks' | 'history';

/** Messages that are sent from the form, so that an error about one of its fields is shown there. */
const FORM_MESSAGES: ReadonlySet<string> = new Set<PageMessage['type']>(['dial', 'caller', 'probe']);

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
    this.player = new RecordingPlayer(this.api, this.shown, (error) => {
      this.error.value = `The recording cannot be played: ${errorMessage(error)}`;
    });
    if (launch.token === undefined) this.linkState.value = 'lost';
    else this.#link.open(launch.token);
  }

  /** Whether this page was opened without a token. */
  get tokenMissing(): boolean {
    return this.#launch.token === undefined;
  }

  /** Whether the token belongs to an earlier launch of the command. */
  readonly tokenRejected = signal(false);
  /** Whether the studio answers, but as many pages are open as it allows. */
  readonly tooManyPages = signal(false);

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

  /** Chooses the caller, of the next call and of the live one. */
  async chooseCaller(kind: CallerKind): Promise<void> {
    this.form.caller.value = kind;
    this.audio.fault.value = undefined;
    await this.changeCaller();
  }

  /** Switches the live call to the caller of the form; to silence if it has no audio: no file, or no permission. */
  async changeCaller(): Promise<void> {
    if (!this.live.value) return;
    let caller = this.form.callerChoice();
    if (caller?.kind === 'mic') {
      const started = await this.#startMicrophone();
      // The caller was changed, or the call ended, while the browser asked for the microphone.
      if (started === undefined) return;
      if (!started) caller = undefined;
    } else {
      this.audio.stopMicrophone();
    }
    this.#link.send({ type: 'caller', caller: caller ?? { kind: 'silence' } });
  }

  activate(): void {
    if (this.linkState.value !== 'open') return;
    this.error.value = undefined;
    this.form.faults.value = {};
    this.probe.value = 'running';
    this.#link.send({ type: 'probe', integration: this.form.integration.value });
  }

  check(only: readonly string[], strict: boolean): void {
    this.error.value = undefined;
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
      this.form.faults.value = {};
      await this.chooseCaller('wav');
    });
  }

  /** Opens a dropped file: a WAV file becomes the caller, anything else is opened as a trace. */
  openDroppedFile(file: File): Promise<void> {
    return /\.wav$/i.test(file.name) ? this.chooseWav(file) : this.openZip(file);
  }

  /** Shows a stored call; rows are loaded page by page. */
  async open(id: string, row?: number): Promise<void> {
    // What is stored of it so far would be shown, and would not grow.
    if (this.live.value?.id === id) {
      this.returnToCall();
      return;
    }
    await this.#reportErrors(async () => {
      const [view, rows] = await this.#readStored(id, row);
      this.attempt.value = undefined;
      this.shown.value = view;
      this.tab.value = 'call';
      this.pane.value = 'call';
      await this.#loadRows(view, rows);
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
    this.pane.value = 'call';
  }

  async #dial(message: () => DialMessage | undefined): Promise<void> {
    if (this.starting.value || this.live.value || this.linkState.value !== 'open') return;
    if (this.attempt.value === 'pending') return;
    this.attempt.value = 'failed';
    if (!message()) {
      this.#showForm();
      return;
    }
    this.starting.value = true;
    this.error.value = undefined;
    this.attempt.value = 'pending';
    let sent = false;
    try {
      await this.audio.startSpeaker();
      const fromMicrophone = () => this.form.caller.value === 'mic';
      // Without the microphone there is a call only if another caller was chosen while the browser asked for it.
      if (fromMicrophone() && !(await this.#startMicrophone()) && fromMicrophone()) return;
      const ready = message();
      if (!ready) this.#showForm();
      // The connection may have been lost meanwhile.
      if (!ready || this.linkState.value !== 'open') return;
      if (ready.caller.kind !== 'mic') {
        this.audio.stopMicrophone();
        this.audio.fault.value = undefined;
      }
      this.#link.send(ready);
      sent = true;
      this.tab.value = 'call';
    } catch (error) {
      this.error.value = `The browser cannot play audio: ${errorMessage(error)}`;
    } finally {
      this.starting.value = false;
      if (!sent) this.#failAttempt();
    }
  }

  #showForm(): void {
    this.tab.value = 'call';
    this.pane.value = 'dial';
  }

  /** Returns whether the microphone started; undefined if it was stopped or started again in the meantime. */
  async #startMicrophone(): Promise<boolean | undefined> {
    try {
      return await this.audio.startMicrophone(this.form.microphone.value, this.form.headphones.value);
    } catch (error) {
      this.error.value = `The microphone cannot be used: ${errorMessage(error)}`;
      return false;
    }
  }

  #onLinkState(state: LinkState): void {
    // The socket of this attempt never opened.
    const refused = state === 'lost' && this.linkState.value !== 'open';
    this.linkState.value = state;
    if (state === 'lost') {
      // The bridge stops the checks of a page whose socket closes.
      this.checkProgress.value = undefined;
      this.#stopWaiting();
      void this.#findCause(refused);
    }
    if (state === 'lost' && this.live.value) {
      this.live.value.state.value = 'ended';
      this.audio.stopMicrophone();
    }
  }

  /**
   * Finds out why there is no socket: a failed WebSocket does not reveal the status, a request does.
   *
   * @param refused - whether the socket was refused, rather than lost
   */
  async #findCause(refused: boolean): Promise<void> {
    try {
      await this.api.get('/api/calls');
      this.tokenRejected.value = false;
      // The socket and requests have the same conditions, except for the number of pages.
      this.tooManyPages.value = refused;
    } catch (error) {
      this.tokenRejected.value = error instanceof ApiError && error.status === 403;
      this.tooManyPages.value = false;
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
      case 'turn':
        this.#findCall(message.callId)?.addTurn(message);
        break;
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
        void this.#reloadShown();
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
    if (!first) {
      // A call that was in progress when the connection was lost, here or in another page, may have been saved since.
      void this.#loadRecording();
      void this.#reloadShown();
      return;
    }
    this.form.prefill(message.launch, this.#launch);
    const { traceId } = message.launch;
    if (traceId !== undefined) void this.open(traceId);
    void chooseLinkedCaller(this.form, this.#launch, this.api).then((chosen) => {
      if (chosen && traceId === undefined && this.#launch.auto) void this.dial();
    });
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

  #onRefused({ of, field, message }: Extract<BridgeMessage, { type: 'refused' }>): void {
    // The bridge could not read the message: whatever this page waits for may never come.
    if (of === '') this.#stopWaiting();
    if (of === 'probe') this.probe.value = undefined;
    if (of === 'check') this.checkProgress.value = undefined;
    if (of === 'dial') this.#failAttempt();
    // Errors are shown at their field only if that field is visible.
    if (FORM_MESSAGES.has(of) && isFormField(field) && this.tab.value === 'call') {
      this.form.faults.value = { ...this.form.faults.value, [field]: message };
      this.#showForm();
    } else {
      this.error.value = message;
    }
  }

  /** Ends what was sent to the bridge and not yet answered. */
  #stopWaiting(): void {
    if (this.attempt.value === 'pending') this.#failAttempt();
    if (this.probe.value === 'running') this.probe.value = undefined;
    // A run that has reported progress goes on.
    if (this.checkProgress.value?.total === 0) this.checkProgress.value = undefined;
  }

  #failAttempt(): void {
    this.attempt.value = 'failed';
    this.audio.stopMicrophone();
  }

  #isLive(id: string): boolean {
    return this.history.value.some((entry) => entry.id === id && entry.live === true);
  }

  /** Opens a call again that was in progress in another page, once it has ended. */
  async #reloadShown(): Promise<void> {
    const view = this.shown.value;
    if (!view?.elsewhere.value || this.#isLive(view.id)) return;
    await this.#reportErrors(async () => {
      const [whole, rows] = await this.#readStored(view.id, view.selected.value);
      if (this.shown.value !== view) return;
      this.shown.value = whole;
      await this.#loadRows(whole, rows);
    });
  }

  /** Reads a stored call, and the number of its rows. @param row - the row whose details are to be open */
  async #readStored(id: string, row: number | undefined): Promise<[view: CallView, rows: number]> {
    const kept = await this.api.get<StoredCall>(`/api/calls/${encodeURIComponent(id)}`);
    const view = new CallView(id);
    view.load(kept, this.#isLive(id));
    view.selected.value = row;
    return [view, kept.rows];
  }

  /** Loads the recording, the exact lanes and missed rows once the call has been saved. */
  async #loadRecording(): Promise<void> {
    const view = this.dialled.value;
    if (!view || view.live || view.entry.value) return;
    const entry = this.history.value.find(({ id }) => id === view.id);
    // Without a path it is still being written.
    if (!entry || entry.live || entry.path === undefined) return;
    await this.#reportErrors(async () => {
      const kept = await this.api.get<StoredCall>(`/api/calls/${encodeURIComponent(view.id)}`);
      // Without an outcome the connection to the bridge was lost during the call.
      const missedRows = view.outcome.value === undefined;
      view.load(kept);
      if (missedRows) await this.#loadRows(view, kept.rows);
    });
  }

  /** Loads the rows of a stored call page by page, while it is shown. */
  async #loadRows(view: CallView, count: number): Promise<void> {
    for (let from = 0; from < count && this.shown.value === view; ) {
      const page = await this.api.get<RowPage>(`/api/calls/${encodeURIComponent(view.id)}/rows?from=${from}`);
      view.rows.add(page.rows);
      if (page.rows.length === 0) break;
      from += page.rows.length;
    }
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
