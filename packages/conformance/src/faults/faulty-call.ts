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

/** Options of a call of the faulty bot. */
export interface FaultyCallOptions {
  readonly fault: FaultName | undefined;
  readonly socket: RawPeer;
  readonly clock: Clock;
  /** The ids in the headers of the upgrade request. */
  readonly sessionId: string;
  readonly organizationId: string;
  /** Whether to refuse the call because of wrong credentials. */
  readonly refuse: boolean;
  /** The delays of late messages, in milliseconds. */
  readonly lateMs: { readonly opened: number; readonly pong: number; readonly closed: number };
  /** Terminates all connections of the bot, like a crash. */
  readonly terminate: () => void;
}

const REPLY_MS = 1000;
const END_DELAY_MS = 750;
/** The wait between the end of the playout and the end of the call. */
const CLEANUP_MS = 600;
/** How long the bot sends nothing after error 429. */
const QUIET_MS = 1500;
const LARGE_CHARS = 32_768;
const BURST_BYTES = 64_000;

/** One call of a bot with one fault. It greets, answers speech, stops when it is interrupted, and completes at `#`. */
export class FaultyCall {
  readonly #options: FaultyCallOptions;
  readonly #speechListener = new SpeechListener((speaking) => this.#speech(speaking));
  readonly #timers = new Set<Cancel>();
  #prompts: Prompts;
  #media: MediaParameter = PCMU_EXTERNAL;
  #seq = 0;
  #clientseq = 0;
  #expectedSeq = 1;
  #state: 'preparing' | 'active' | 'disconnecting' | 'closed' = 'preparing';
  #paused = false;
  #probe = false;
  #closeReceived = false;
  #heardSpeech = false;
  #digits = '';
  /** When all sent audio will have been played. */
  #playedUntil = 0;
  #quietUntil = 0;
  #recentFrames: { readonly t: number; readonly bytes: number }[] = [];

  constructor(options: FaultyCallOptions) {
    this.#options = options;
    this.#prompts = this.#promptsFor(PCMU_EXTERNAL);
    const { socket } = options;
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.#audio(data);
      else this.#text(data.toString('utf8'));
    });
    socket.on('close', () => {
      for (const cancel of this.#timers) cancel();
      this.#prompts.stop();
      if (this.#hasFault('dies-of-a-lost-connection') && !this.#closeReceived) options.terminate();
    });
  }

  /** Terminates the connection, like a crash. */
  drop(): void {
    this.#closeReceived = true;
    this.#options.socket.terminate();
  }

  #hasFault(name: FaultName): boolean {
    return this.#options.fault === name;
  }

  #after(ms: number, run: () => void): void {
    this.#timers.add(this.#options.clock.after(ms, run));
  }

  #promptsFor(media: MediaParameter): Prompts {
    return new Prompts(this.#options.fault, media, this.#options.clock, (bytes) => {
      this.#playedUntil =
        Math.max(this.#playedUntil, this.#options.clock.now()) + bytes.length / bytesPerMs(media);
      this.#options.socket.send(bytes, () => {});
    });
  }

  #send(type: unknown, parameters: unknown, changes: object = {}): void {
    this.#seq += 1;
    const message = {
      version: this.#hasFault('version-as-a-number') ? 2 : '2',
      id: this.#options.sessionId,
      type,
      seq: this.#hasFault('counts-from-zero') ? this.#seq - 1 : this.#seq,
      clientseq: this.#clientseq,
      parameters,
      ...changes,
    };
    this.#raw(JSON.stringify(message));
  }

  #raw(text: string): void {
    this.#options.socket.send(text, () => {});
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
      if (decoded.fault.seq !== undefined) this.#expectedSeq = decoded.fault.seq + 1;
      if (this.#hasFault('dies-of-malformed-text') && decoded.fault.code === 'not-json')
        this.#options.terminate();
      else this.#end(decoded.fault.reason);
      return;
    }
    const { id, seq, serverseq, type } = decoded.kind === 'message' ? decoded.message : decoded.envelope;
    // Answers `close` even if the message has another error.
    if (this.#state === 'disconnecting' && type === 'close') {
      this.#clientseq = seq;
      this.#close();
      return;
    }
    if (decoded.kind === 'unknown' && this.#hasFault('sees-no-unknown-types')) return;
    if (this.#hasFault('reads-whole-seconds') && /"position":"[^"]*\./.test(text)) {
      this.#expectedSeq = seq + 1;
      this.#clientseq = seq;
      this.#end('position is not an ISO 8601 duration');
      return;
    }
    const isForeignId =
      id !== this.#options.sessionId && !(this.#hasFault('takes-a-foreign-session') && type === 'open');
    const hasGap = seq !== this.#expectedSeq && !this.#hasFault('ignores-a-gap');
    if (isForeignId || hasGap || serverseq > this.#seq) {
      if (!this.#hasFault('sees-no-unknown-types')) this.#clientseq = seq;
      this.#end(
        `expected seq ${this.#expectedSeq} of session ${this.#options.sessionId}, got ${seq} of ${id}`,
        isForeignId ? 'unauthorized' : 'error',
      );
      return;
    }
    if (decoded.kind === 'unknown' && this.#hasFault('does-not-count-unknown-types')) return;
    this.#expectedSeq = seq + 1;
    this.#clientseq = seq;
    if (decoded.kind === 'unknown') {
      if (this.#hasFault('chokes-on-unknown-types')) this.#end(`unknown type ${type}`);
      return;
    }
    if (this.#hasFault('chokes-on-unknown-fields') && unknownFields(decoded.message).length > 0) {
      this.#end('unknown field');
      return;
    }
    if (this.#hasFault('drops-a-large-open') && text.length > LARGE_CHARS) this.#options.socket.close(1009);
    else if (this.#hasFault('refuses-a-large-open') && text.length > LARGE_CHARS) this.#end('too large');
    else this.#handle(decoded.message);
  }

  #handle(message: ClientMessage): void {
    switch (message.type) {
      case 'open':
        this.#open(message);
        break;
      case 'ping':
        if (this.#hasFault('wants-a-round-trip') && message.parameters.rtt === undefined) this.#end('no rtt');
        else this.#ping();
        break;
      case 'playback_started':
        if (this.#hasFault('chokes-on-playback')) this.#end('unknown type playback_started');
        break;
      case 'close':
        this.#close();
        break;
      case 'dtmf':
        this.#key(message.parameters.digit);
        break;
      case 'error':
        if (this.#hasFault('ends-on-an-error')) this.#end('the client sent error');
        if (message.parameters.code === 429 && !this.#hasFault('plays-on-after-429'))
          this.#quietFor(QUIET_MS);
        break;
      case 'update':
        if (this.#hasFault('wants-a-language') && message.parameters.language === undefined)
          this.#end('no language');
        break;
      case 'paused':
        this.#paused = true;
        if (this.#hasFault('chokes-on-a-pause')) this.#end('paused without a request');
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
      if (this.#hasFault('answers-a-second-open') && this.#state === 'active') this.#opened();
      return;
    }
    const { parameters } = message;
    this.#probe = isProbe(parameters);
    if (this.#options.refuse) {
      this.#end('wrong credentials', 'unauthorized');
      return;
    }
    if (
      parameters.organizationId !== this.#options.organizationId &&
      !this.#hasFault('takes-a-foreign-organization')
    ) {
      this.#end('organizationId differs from the header', 'unauthorized');
      return;
    }
    if (this.#probe && this.#hasFault('ignores-a-probe')) return;
    if (this.#probe && this.#hasFault('disconnects-a-probe')) {
      this.#end('no caller');
      return;
    }
    const inputs = parameters.inputVariables;
    if (!this.#probe && this.#hasFault('ignores-a-call-without-inputs') && inputs === undefined) return;
    if (!this.#probe && this.#hasFault('wants-inputs') && inputs === undefined) {
      this.#end('no inputVariables');
      return;
    }
    if (
      this.#hasFault('chokes-on-odd-inputs') &&
      Object.keys(inputs ?? {}).some((name) => name.includes(' '))
    ) {
      this.#end('an input name with spaces');
      return;
    }
    const l16 = parameters.media.filter((offer) => offer.format === 'L16');
    const preferred = this.#hasFault('takes-the-last-offer') ? parameters.media.slice(-1) : l16;
    const ignoresPreference = this.#hasFault('takes-the-last-offer') || this.#hasFault('prefers-l16');
    const choice = (ignoresPreference ? chooseMedia(preferred) : undefined) ?? chooseMedia(parameters.media);
    if (!choice) {
      this.#end('no supported offer: PCMU or L16 at 8000 Hz');
      return;
    }
    this.#media = choice;
    this.#prompts = this.#promptsFor(choice);
    if (this.#hasFault('never-opens')) return;
    if (this.#hasFault('opens-late')) {
      this.#after(this.#options.lateMs.opened, () => this.#start());
      return;
    }
    if (this.#hasFault('speaks-before-opened')) this.#turn('hello');
    if (this.#hasFault('plays-before-opened')) this.#options.socket.send(new Uint8Array(1600).fill(0xff));
    this.#start();
  }

  #opened(): void {
    const media = this.#media;
    const entry = this.#hasFault('opens-at-16-khz')
      ? { ...media, rate: 16_000 }
      : this.#hasFault('adds-to-media')
        ? { ...media, codec: 'mulaw' }
        : media;
    this.#send('opened', {
      ...(this.#hasFault('leaves-out-start-paused') ? {} : { startPaused: false }),
      ...(this.#hasFault('lists-languages-unasked') ? { supportedLanguages: ['en-US'] } : {}),
      ...(this.#hasFault('writes-minutes') ? { discardTo: 'PT0M0S' } : {}),
      media: this.#hasFault('takes-all-offers') ? [entry, entry] : [entry],
    });
  }

  #start(): void {
    if (this.#state !== 'preparing') return;
    this.#state = 'active';
    this.#opened();
    if (this.#probe) return;
    if (this.#hasFault('opens-twice')) this.#after(50, () => this.#state === 'active' && this.#opened());
    if (this.#hasFault('pongs-unasked')) this.#send('pong', {});
    if (this.#hasFault('floods-events')) this.#flood(20, () => this.#turn('on and on'));
    if (this.#hasFault('pauses-all-the-time'))
      this.#flood(100, () => this.#send(this.#paused ? 'resume' : 'pause', {}));
    this.#after(150, () => this.#sendGreeting());
  }

  #quietFor(ms: number): void {
    this.#quietUntil = this.#options.clock.now() + ms;
    this.#prompts.suspend(ms);
  }

  #flood(gapMs: number, send: () => void): void {
    if (this.#state !== 'active') return;
    if (this.#options.clock.now() >= this.#quietUntil) send();
    this.#after(gapMs, () => this.#flood(gapMs, send));
  }

  #sendGreeting(): void {
    if (this.#state !== 'active') return;
    if (this.#hasFault('sends-no-json')) {
      this.#raw('hello');
      return;
    }
    if (this.#hasFault('sends-error')) this.#send('error', { code: 500, message: 'oh' });
    if (this.#hasFault('sends-an-unknown-type')) this.#send('transcript', {});
    if (this.#hasFault('sends-too-long-a-text')) this.#turn('x'.repeat(70_000));
    else this.#turn('Hello.');
    this.#prompts.play(GREETING_MS);
  }

  #turn(text: string): void {
    const data = {
      disposition: this.#hasFault('invents-a-disposition') ? 'final' : 'match',
      text,
      confidence: this.#hasFault('confident-in-percent') ? 95 : 0.95,
    };
    this.#event({ type: 'bot_turn_response', data });
  }

  #event(entity: object): void {
    const entities = this.#hasFault('sends-one-entity') ? entity : [entity];
    this.#send(
      this.#hasFault('type-as-a-number') ? 7 : 'event',
      { entities },
      {
        ...(this.#hasFault('mixes-up-ids') ? { id: randomUUID() } : {}),
        ...(this.#hasFault('leaves-out-clientseq')
          ? { clientseq: undefined, serverseq: this.#clientseq }
          : {}),
      },
    );
  }

  #ping(): void {
    if (this.#hasFault('never-pongs') || this.#state === 'closed') return;
    if (this.#hasFault('stops-ponging') && this.#heardSpeech) return;
    const parameters = this.#hasFault('leaves-out-parameters') ? undefined : {};
    const clientseq = this.#hasFault('pongs-with-its-own-seq') ? this.#clientseq - 1 : this.#clientseq;
    if (this.#hasFault('skips-a-seq')) this.#seq += 1;
    if (this.#hasFault('pongs-late')) {
      this.#after(
        this.#options.lateMs.pong,
        () => this.#state !== 'closed' && this.#send('pong', parameters, { clientseq }),
      );
    } else this.#send('pong', parameters, { clientseq });
  }

  #audio(bytes: Buffer): void {
    if (this.#state !== 'active' && !this.#hasFault('chokes-on-stray-audio')) return;
    if (bytes.length === 0) {
      if (this.#hasFault('chokes-on-an-empty-frame')) this.#end('an empty frame');
      return;
    }
    if (this.#paused && this.#hasFault('chokes-on-stray-audio')) {
      this.#end('audio while paused');
      return;
    }
    const isMonoPcmu = this.#media.format === 'PCMU' && this.#media.channels.length === 1;
    if (this.#hasFault('wants-whole-frames') && isMonoPcmu && bytes.length % 1600 !== 0) {
      this.#end('not a multiple of 1,600 bytes');
      return;
    }
    if (this.#hasFault('chokes-on-a-burst')) {
      const t = this.#options.clock.now();
      // One long frame is not a burst.
      if (bytes.length < 32_000) this.#recentFrames.push({ t, bytes: bytes.length });
      this.#recentFrames = this.#recentFrames.filter((one) => t - one.t < 1000);
      const total = this.#recentFrames.reduce((sum, one) => sum + one.bytes, 0);
      if (total > BURST_BYTES) {
        this.#end('audio faster than real time');
        return;
      }
    }
    if (isMonoPcmu) this.#speechListener.push(bytes);
  }

  #speech(speaking: boolean): void {
    this.#heardSpeech = true;
    if (this.#state !== 'active' || this.#probe) return;
    if (speaking && this.#prompts.playing) {
      const rest = this.#prompts.stop();
      const renamed = this.#hasFault('renames-barge-in') ? 'user_interrupted' : 'barge_in';
      this.#event({ type: this.#hasFault('misspells-barge-in') ? 'barge-in' : renamed, data: {} });
      if (this.#hasFault('plays-on-after-barge-in'))
        for (const bytes of rest.slice(0, 2)) this.#options.socket.send(bytes);
    } else if (!speaking) {
      this.#turn('I heard you.');
      this.#prompts.play(REPLY_MS);
    }
  }

  #key(digit: string): void {
    if (this.#state !== 'active') return;
    if (!/^[0-9*#A-D]$/.test(digit)) {
      if (this.#hasFault('chokes-on-an-unknown-key')) this.#end(`unknown key ${digit}`);
      return;
    }
    if (this.#hasFault('chokes-on-a-key-while-playing') && this.#prompts.playing && digit === '5') {
      this.#end('not now');
      return;
    }
    if (digit !== '#') {
      this.#digits += digit;
      return;
    }
    this.#turn('Goodbye.');
    if (this.#hasFault('ends-mid-prompt')) {
      this.#prompts.stop();
      this.#options.socket.send(new Uint8Array(END_DELAY_MS * bytesPerMs(this.#media)).fill(0xff));
      this.#complete();
      return;
    }
    this.#prompts.play(END_DELAY_MS, () => {
      const remainingMs = Math.max(0, this.#playedUntil - this.#options.clock.now());
      this.#after(remainingMs + CLEANUP_MS, () => this.#state === 'active' && this.#complete());
    });
  }

  #complete(): void {
    if (this.#hasFault('drops-the-connection')) {
      this.#options.socket.close(1000);
      return;
    }
    if (this.#hasFault('closes-unasked')) {
      this.#send('closed', {});
      return;
    }
    this.#state = 'disconnecting';
    const reason = this.#hasFault('invents-a-reason') ? 'done' : 'completed';
    const isWithheld = this.#hasFault('outputs-only-in-closed') || this.#hasFault('outputs-after-the-end');
    const name = this.#hasFault('outputs-elsewhere') ? 'outputs' : 'outputVariables';
    const parameters = { reason, info: '', ...(isWithheld ? {} : { [name]: this.#outputs() }) };
    this.#send('disconnect', parameters);
    if (this.#hasFault('disconnects-twice')) this.#send('disconnect', parameters);
    if (this.#hasFault('pauses-after-disconnect')) this.#send('pause', {});
    if (this.#hasFault('plays-after-disconnect')) this.#options.socket.send(new Uint8Array(2000).fill(0xff));
  }

  #outputs(): unknown {
    if (this.#hasFault('outputs-as-a-list')) return [this.#digits];
    return {
      digits: this.#digits,
      count: this.#hasFault('outputs-as-numbers') ? this.#digits.length : String(this.#digits.length),
    };
  }

  #close(): void {
    this.#closeReceived = true;
    const isRepeated = this.#state === 'closed';
    if (isRepeated && !this.#hasFault('closes-twice')) return;
    const completing = this.#state === 'disconnecting';
    this.#prompts.stop();
    this.#state = 'closed';
    if (
      this.#hasFault('never-closes') ||
      (this.#options.refuse && this.#hasFault('leaves-a-refused-call-open'))
    )
      return;
    const repeats = this.#hasFault('outputs-in-closed') || this.#hasFault('outputs-only-in-closed');
    const outputs = completing && repeats ? { outputVariables: this.#outputs() } : {};
    const closed = () => {
      this.#send('closed', outputs);
      if (this.#hasFault('ends-the-connection-itself')) this.#options.socket.close(1000);
      if (this.#hasFault('speaks-after-closed')) this.#turn('Still here.');
      if (this.#hasFault('outputs-after-the-end') && !this.#probe) {
        this.#send('disconnect', { reason: 'completed', outputVariables: this.#outputs() });
      }
    };
    if (this.#hasFault('closes-late')) this.#after(this.#options.lateMs.closed, closed);
    else closed();
  }
}
