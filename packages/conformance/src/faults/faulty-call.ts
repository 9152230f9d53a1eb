import { randomUUID } from 'node:crypto';
import {
  bytesPerMs,
  type ClientMessage,
  type ClientMessageOf,
  chooseMedia,
  decodeClientMessage,
  isProbe,
  type MediaParameter,
  PCMU_EXTERNAL,
  unknownFields,
} from '@hookline/protocol';
import type { Cancel, Clock } from '@hookline/runtime';
import type { RawPeer } from '../wire/serve.js';
import type { FaultName } from './catalogue.js';
import { GREETING_MS, Prompts } from './prompt.js';
import { SpeechListener } from './speech-listener.js';

/** What a call of the faulty bot stands on. */
export interface FaultyCallOptions {
  readonly fault: FaultName | undefined;
  readonly socket: RawPeer;
  readonly clock: Clock;
  /** The headers of the upgrade request. */
  readonly sessionId: string;
  readonly organizationId: string;
  /** Whether the credentials are wrong and the call is to be refused. */
  readonly refuse: boolean;
  /** How long what comes late takes, in milliseconds. */
  readonly lateMs: { readonly opened: number; readonly pong: number; readonly closed: number };
  /** Ends all calls of the bot, as a process that dies would. */
  readonly die: () => void;
}

const REPLY_MS = 1000;
const GOODBYE_MS = 750;
/** After the last of its audio was heard, before the call ends, and how long it is quiet after error 429. */
const TIDY_MS = 600;
const QUIET_MS = 1500;
const LARGE_CHARS = 32_768;
const BURST_BYTES = 64_000;

/** One call of a bot that greets, answers speech, stops when it is interrupted and completes at `#`; with one fault. */
export class FaultyCall {
  readonly #o: FaultyCallOptions;
  readonly #speechListener = new SpeechListener((speaking) => this.#speech(speaking));
  readonly #timers = new Set<Cancel>();
  #prompts: Prompts;
  #media: MediaParameter = PCMU_EXTERNAL;
  #seq = 0;
  #clientseq = 0;
  #expected = 1;
  #state: 'preparing' | 'active' | 'disconnecting' | 'closed' = 'preparing';
  #paused = false;
  #probe = false;
  #sentClose = false;
  #digits = '';
  /** When the caller will have heard all that was sent. */
  #heardAt = 0;
  #quietUntil = 0;
  #recent: { readonly t: number; readonly bytes: number }[] = [];

  constructor(options: FaultyCallOptions) {
    this.#o = options;
    this.#prompts = this.#promptsFor(PCMU_EXTERNAL);
    const { socket } = options;
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.#audio(data);
      else this.#text(data.toString('utf8'));
    });
    socket.on('close', () => {
      for (const cancel of this.#timers) cancel();
      this.#prompts.stop();
      if (this.#is('dies-of-a-lost-connection') && !this.#sentClose) options.die();
    });
  }

  /** Ends the connection as a process that dies would. */
  drop(): void {
    this.#sentClose = true;
    this.#o.socket.terminate();
  }

  #is(name: FaultName): boolean {
    return this.#o.fault === name;
  }

  #after(ms: number, run: () => void): void {
    this.#timers.add(this.#o.clock.after(ms, run));
  }

  #promptsFor(media: MediaParameter): Prompts {
    return new Prompts(this.#o.fault, media, this.#o.clock, (bytes) => {
      this.#heardAt = Math.max(this.#heardAt, this.#o.clock.now()) + bytes.length / bytesPerMs(media);
      this.#o.socket.send(bytes, () => {});
    });
  }

  #send(type: unknown, parameters: unknown, changes: object = {}): void {
    this.#seq += 1;
    const message = {
      version: this.#is('version-as-a-number') ? 2 : '2',
      id: this.#o.sessionId,
      type,
      seq: this.#is('counts-from-zero') ? this.#seq - 1 : this.#seq,
      clientseq: this.#clientseq,
      parameters,
      ...changes,
    };
    this.#raw(JSON.stringify(message));
  }

  #raw(text: string): void {
    this.#o.socket.send(text, () => {});
  }

  #end(info: string, reason = 'error'): void {
    if (this.#state === 'disconnecting' || this.#state === 'closed') return;
    this.#prompts.stop();
    this.#state = 'disconnecting';
    this.#send('disconnect', { reason, info });
  }

  #text(text: string): void {
    const decoded = decodeClientMessage(text);
    if (decoded.kind === 'fault') {
      if (decoded.fault.seq !== undefined) this.#expected = decoded.fault.seq + 1;
      if (this.#is('dies-of-malformed-text') && decoded.fault.code === 'not-json') this.#o.die();
      else this.#end(decoded.fault.reason);
      return;
    }
    const { id, seq, serverseq, type } = decoded.kind === 'message' ? decoded.message : decoded.envelope;
    // Whatever else is wrong: who is asked to close may close.
    if (this.#state === 'disconnecting' && type === 'close') {
      this.#clientseq = seq;
      this.#close();
      return;
    }
    if (decoded.kind === 'unknown' && this.#is('sees-no-unknown-types')) return;
    if (this.#is('reads-whole-seconds') && /"position":"[^"]*\./.test(text)) {
      this.#expected = seq + 1;
      this.#clientseq = seq;
      this.#end('position is no ISO 8601 duration');
      return;
    }
    const foreign = id !== this.#o.sessionId && !(this.#is('takes-a-foreign-session') && type === 'open');
    const gap = seq !== this.#expected && !this.#is('ignores-a-gap');
    if (foreign || gap || serverseq > this.#seq) {
      if (!this.#is('sees-no-unknown-types')) this.#clientseq = seq;
      this.#end(
        `expected seq ${this.#expected} of session ${this.#o.sessionId}, got ${seq} of ${id}`,
        foreign ? 'unauthorized' : 'error',
      );
      return;
    }
    if (decoded.kind === 'unknown' && this.#is('does-not-count-unknown-types')) return;
    this.#expected = seq + 1;
    this.#clientseq = seq;
    if (decoded.kind === 'unknown') {
      if (this.#is('chokes-on-unknown-types')) this.#end(`unknown type ${type}`);
      return;
    }
    if (this.#is('chokes-on-unknown-fields') && unknownFields(decoded.message).length > 0) {
      this.#end('unknown field');
      return;
    }
    if (this.#is('drops-a-large-open') && text.length > LARGE_CHARS) this.#o.socket.close(1009);
    else if (this.#is('refuses-a-large-open') && text.length > LARGE_CHARS) this.#end('too large');
    else this.#handle(decoded.message);
  }

  #handle(message: ClientMessage): void {
    switch (message.type) {
      case 'open':
        this.#open(message);
        break;
      case 'ping':
        if (this.#is('wants-a-round-trip') && message.parameters.rtt === undefined) this.#end('no rtt');
        else this.#ping();
        break;
      case 'playback_started':
        if (this.#is('chokes-on-playback')) this.#end('unknown type playback_started');
        break;
      case 'close':
        this.#close();
        break;
      case 'dtmf':
        this.#key(message.parameters.digit);
        break;
      case 'error':
        if (this.#is('ends-on-an-error')) this.#end('the client sent error');
        if (message.parameters.code === 429 && !this.#is('plays-on-after-429')) this.#quietFor(QUIET_MS);
        break;
      case 'update':
        if (this.#is('wants-a-language') && message.parameters.language === undefined)
          this.#end('no language');
        break;
      case 'paused':
        this.#paused = true;
        if (this.#is('chokes-on-a-pause')) this.#end('nobody asked for paused');
        break;
      case 'resumed':
        this.#paused = false;
        break;
      default:
        break;
    }
  }

  #open(message: ClientMessageOf<'open'>): void {
    if (this.#state !== 'preparing') {
      if (this.#is('answers-a-second-open') && this.#state === 'active') this.#opened();
      return;
    }
    const { parameters } = message;
    this.#probe = isProbe(parameters);
    if (this.#o.refuse) {
      this.#end('wrong credentials', 'unauthorized');
      return;
    }
    if (parameters.organizationId !== this.#o.organizationId && !this.#is('takes-a-foreign-organization')) {
      this.#end('organizationId differs from the header', 'unauthorized');
      return;
    }
    if (this.#probe && this.#is('ignores-a-probe')) return;
    if (this.#probe && this.#is('disconnects-a-probe')) {
      this.#end('no caller');
      return;
    }
    const inputs = parameters.inputVariables;
    if (!this.#probe && this.#is('ignores-a-call-without-inputs') && inputs === undefined) return;
    if (!this.#probe && this.#is('wants-inputs') && inputs === undefined) {
      this.#end('no inputVariables');
      return;
    }
    if (this.#is('chokes-on-odd-inputs') && Object.keys(inputs ?? {}).some((name) => name.includes(' '))) {
      this.#end('a name with blanks');
      return;
    }
    const l16 = parameters.media.filter((offer) => offer.format === 'L16');
    const wanted = this.#is('takes-the-last-offer') ? parameters.media.slice(-1) : l16;
    const odd = this.#is('takes-the-last-offer') || this.#is('prefers-l16');
    const choice = (odd ? chooseMedia(wanted) : undefined) ?? chooseMedia(parameters.media);
    if (!choice) {
      this.#end('no offer fits: PCMU or L16 at 8000 Hz');
      return;
    }
    this.#media = choice;
    this.#prompts = this.#promptsFor(choice);
    if (this.#is('never-opens')) return;
    if (this.#is('opens-late')) {
      this.#after(this.#o.lateMs.opened, () => this.#start());
      return;
    }
    if (this.#is('speaks-before-opened')) this.#turn('hello');
    if (this.#is('plays-before-opened')) this.#o.socket.send(new Uint8Array(1600).fill(0xff));
    this.#start();
  }

  #opened(): void {
    const media = this.#media;
    const entry = this.#is('opens-at-16-khz')
      ? { ...media, rate: 16_000 }
      : this.#is('adds-to-media')
        ? { ...media, codec: 'mulaw' }
        : media;
    this.#send('opened', {
      ...(this.#is('leaves-out-start-paused') ? {} : { startPaused: false }),
      ...(this.#is('lists-languages-unasked') ? { supportedLanguages: ['en-US'] } : {}),
      ...(this.#is('writes-minutes') ? { discardTo: 'PT0M0S' } : {}),
      media: this.#is('takes-all-offers') ? [entry, entry] : [entry],
    });
  }

  #start(): void {
    if (this.#state !== 'preparing') return;
    this.#state = 'active';
    this.#opened();
    if (this.#probe) return;
    if (this.#is('opens-twice')) this.#after(50, () => this.#state === 'active' && this.#opened());
    if (this.#is('pongs-unasked')) this.#send('pong', {});
    if (this.#is('floods-events')) this.#flood(20, () => this.#turn('on and on'));
    if (this.#is('pauses-all-the-time'))
      this.#flood(100, () => this.#send(this.#paused ? 'resume' : 'pause', {}));
    this.#after(150, () => this.#greet());
  }

  #quietFor(ms: number): void {
    this.#quietUntil = this.#o.clock.now() + ms;
    this.#prompts.hold(ms);
  }

  #flood(gapMs: number, send: () => void): void {
    if (this.#state !== 'active') return;
    if (this.#o.clock.now() >= this.#quietUntil) send();
    this.#after(gapMs, () => this.#flood(gapMs, send));
  }

  #greet(): void {
    if (this.#state !== 'active') return;
    if (this.#is('sends-no-json')) {
      this.#raw('hello');
      return;
    }
    if (this.#is('sends-error')) this.#send('error', { code: 500, message: 'oh' });
    if (this.#is('sends-an-unknown-type')) this.#send('transcript', {});
    if (this.#is('sends-too-long-a-text')) this.#turn('x'.repeat(70_000));
    else this.#turn('Hello.');
    this.#prompts.play(GREETING_MS);
  }

  #turn(text: string): void {
    const data = {
      disposition: this.#is('invents-a-disposition') ? 'final' : 'match',
      text,
      confidence: this.#is('confident-in-percent') ? 95 : 0.95,
    };
    this.#event({ type: 'bot_turn_response', data });
  }

  #event(entity: object): void {
    const entities = this.#is('sends-one-entity') ? entity : [entity];
    this.#send(
      this.#is('type-as-a-number') ? 7 : 'event',
      { entities },
      {
        ...(this.#is('mixes-up-ids') ? { id: randomUUID() } : {}),
        ...(this.#is('leaves-out-clientseq') ? { clientseq: undefined, serverseq: this.#clientseq } : {}),
      },
    );
  }

  #ping(): void {
    if (this.#is('never-pongs') || this.#state === 'closed') return;
    const parameters = this.#is('leaves-out-parameters') ? undefined : {};
    const clientseq = this.#is('pongs-with-its-own-seq') ? this.#clientseq - 1 : this.#clientseq;
    if (this.#is('skips-a-seq')) this.#seq += 1;
    if (this.#is('pongs-late')) {
      this.#after(
        this.#o.lateMs.pong,
        () => this.#state !== 'closed' && this.#send('pong', parameters, { clientseq }),
      );
    } else this.#send('pong', parameters, { clientseq });
  }

  #audio(bytes: Buffer): void {
    if (this.#state !== 'active' && !this.#is('chokes-on-stray-audio')) return;
    if (bytes.length === 0) {
      if (this.#is('chokes-on-an-empty-frame')) this.#end('an empty frame');
      return;
    }
    if (this.#paused && this.#is('chokes-on-stray-audio')) {
      this.#end('audio while paused');
      return;
    }
    const offered = this.#media.format === 'PCMU' && this.#media.channels.length === 1;
    if (this.#is('wants-whole-frames') && offered && bytes.length % 1600 !== 0) {
      this.#end('no whole frames of 1,600 bytes');
      return;
    }
    if (this.#is('chokes-on-a-burst')) {
      const t = this.#o.clock.now();
      // One long frame is no burst.
      if (bytes.length < 32_000) this.#recent.push({ t, bytes: bytes.length });
      this.#recent = this.#recent.filter((one) => t - one.t < 1000);
      const total = this.#recent.reduce((sum, one) => sum + one.bytes, 0);
      if (total > BURST_BYTES) {
        this.#end('audio faster than real time');
        return;
      }
    }
    if (offered) this.#speechListener.push(bytes);
  }

  #speech(speaking: boolean): void {
    if (this.#state !== 'active' || this.#probe) return;
    if (speaking && this.#prompts.playing) {
      const rest = this.#prompts.stop();
      const renamed = this.#is('renames-barge-in') ? 'user_interrupted' : 'barge_in';
      this.#event({ type: this.#is('misspells-barge-in') ? 'barge-in' : renamed, data: {} });
      if (this.#is('plays-on-after-barge-in'))
        for (const bytes of rest.slice(0, 2)) this.#o.socket.send(bytes);
    } else if (!speaking) {
      this.#turn('I heard you.');
      this.#prompts.play(REPLY_MS);
    }
  }

  #key(digit: string): void {
    if (this.#state !== 'active') return;
    if (!/^[0-9*#A-D]$/.test(digit)) {
      if (this.#is('chokes-on-an-unknown-key')) this.#end(`unknown key ${digit}`);
      return;
    }
    if (this.#is('chokes-on-a-key-while-playing') && this.#prompts.playing && digit === '5') {
      this.#end('not now');
      return;
    }
    if (digit !== '#') {
      this.#digits += digit;
      return;
    }
    this.#turn('Goodbye.');
    if (this.#is('ends-mid-prompt')) {
      this.#prompts.stop();
      this.#o.socket.send(new Uint8Array(GOODBYE_MS * bytesPerMs(this.#media)).fill(0xff));
      this.#complete();
      return;
    }
    this.#prompts.play(GOODBYE_MS, () => {
      const leftMs = Math.max(0, this.#heardAt - this.#o.clock.now());
      this.#after(leftMs + TIDY_MS, () => this.#state === 'active' && this.#complete());
    });
  }

  #complete(): void {
    if (this.#is('drops-the-connection')) {
      this.#o.socket.close(1000);
      return;
    }
    if (this.#is('closes-unasked')) {
      this.#send('closed', {});
      return;
    }
    this.#state = 'disconnecting';
    const reason = this.#is('invents-a-reason') ? 'done' : 'completed';
    const later = this.#is('outputs-in-closed') || this.#is('outputs-after-the-end');
    const name = this.#is('outputs-elsewhere') ? 'outputs' : 'outputVariables';
    const parameters = { reason, info: '', ...(later ? {} : { [name]: this.#outputs() }) };
    this.#send('disconnect', parameters);
    if (this.#is('disconnects-twice')) this.#send('disconnect', parameters);
    if (this.#is('pauses-after-disconnect')) this.#send('pause', {});
    if (this.#is('plays-after-disconnect')) this.#o.socket.send(new Uint8Array(2000).fill(0xff));
  }

  #outputs(): unknown {
    if (this.#is('outputs-as-a-list')) return [this.#digits];
    return {
      digits: this.#digits,
      count: this.#is('outputs-as-numbers') ? this.#digits.length : String(this.#digits.length),
    };
  }

  #close(): void {
    this.#sentClose = true;
    const again = this.#state === 'closed';
    if (again && !this.#is('closes-twice')) return;
    const completing = this.#state === 'disconnecting';
    this.#prompts.stop();
    this.#state = 'closed';
    if (this.#is('never-closes') || (this.#o.refuse && this.#is('leaves-a-refused-call-open'))) return;
    const outputs = completing && this.#is('outputs-in-closed') ? { outputVariables: this.#outputs() } : {};
    const closed = () => {
      this.#send('closed', outputs);
      if (this.#is('ends-the-connection-itself')) this.#o.socket.close(1000);
      if (this.#is('speaks-after-closed')) this.#turn('Still here.');
      if (this.#is('outputs-after-the-end') && !this.#probe) {
        this.#send('disconnect', { reason: 'completed', outputVariables: this.#outputs() });
      }
    };
    if (this.#is('closes-late')) this.#after(this.#o.lateMs.closed, closed);
    else closed();
  }
}
