import { readFile, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { toMulaw8k } from '@hookline/audio/resample';
import {
  type Call,
  type CallAudioConnectorOptions,
  type CallEvent,
  type CallResult,
  DEFAULT_KEY_GAP_MS,
  DEFAULT_TURN_GAP_MS,
} from '@hookline/client';
import { type Clock, checkArgument, describeValue, isBytes, messageOf } from '@hookline/runtime';
import {
  awaitExpectation,
  DEFAULT_WITHIN_MS,
  type ExpectationInput,
  type LadderTail,
  LiveCall,
  ladderTail,
  parseExpectation,
  performAction,
} from '@hookline/scenario';
import { createTraceWriter, type TraceWriter } from '@hookline/trace/node';
import { type BotTarget, type ReadyBot, readyBot } from './bot-target.js';
import {
  badOption,
  checkNumber,
  checkOptionalNumber,
  checkOptions,
  isVirtualClock,
  TIME,
  WITHIN,
} from './check.js';
import { NotMet } from './testing-error.js';

/** Options of the action in a test call. */
export type TestCallAction = Omit<
  CallAudioConnectorOptions,
  'integration' | 'caller' | 'clock' | 'sink' | 'dial'
>;

/** Options of `openTestCall`. */
export interface TestCallOptions {
  /** Whether time is virtual; default: if possible. */
  readonly virtual?: boolean;
  /** Default wait of an expectation, in milliseconds; default 10,000. */
  readonly within?: number;
  /** The folder for traces; default `.hookline`. */
  readonly traces?: string;
  /** Whether `finish` keeps the trace; default: only if an expectation was not met. */
  readonly keepTrace?: boolean;
}

/** How long an expectation waits, in milliseconds from the end of the caller's last action. */
export interface ExpectOptions {
  readonly within?: number;
  /** Whether `within` counts from the start or the end of the caller's last action; default `end`. */
  readonly from?: 'start' | 'end';
}

/** What a caller says: a WAV file or its audio. */
export type Speech = string | URL | Uint8Array;

/** Default delay before the caller speaks over the bot, in milliseconds. */
const BARGE_IN_MS = 500;

/**
 * Calls a bot for a test. In vitest, use `@hookline/testing/vitest`, which also cleans up; here, use `await using` or
 * `await call.finish()`.
 *
 * @throws HooklineError `TESTING_BAD_OPTION` as a rejection; `TESTING_START` where a command does not come up;
 *   `CLIENT_BAD_ARGUMENT` for an option of the action
 */
export async function openTestCall(
  target: BotTarget,
  action: TestCallAction = {},
  options: TestCallOptions = {},
): Promise<TestCall> {
  checkArgument('TESTING_BAD_OPTION', 'openTestCall: target', target, 'object');
  checkArgument('TESTING_BAD_OPTION', 'openTestCall: action', action, 'object');
  checkOptions<TestCallOptions>('openTestCall', options, {
    virtual: true,
    within: true,
    traces: true,
    keepTrace: true,
  });
  checkOptionalNumber('openTestCall: within', options.within, WITHIN);
  if (options.virtual !== undefined && typeof options.virtual !== 'boolean')
    throw badOption(`openTestCall: virtual is ${describeValue(options.virtual)}; expected a boolean.`);
  if (options.keepTrace !== undefined && typeof options.keepTrace !== 'boolean')
    throw badOption(`openTestCall: keepTrace is ${describeValue(options.keepTrace)}; expected a boolean.`);
  if (options.traces !== undefined)
    checkArgument('TESTING_BAD_OPTION', 'openTestCall: traces', options.traces, 'path');
  const bot = await readyBot(target, options.virtual);
  const { traces = '.hookline' } = options;
  const started = new Date().toISOString().slice(0, 16).replace(/[T:]/g, '-');
  // Long enough that the calls of thousands of tests in one minute have different folders.
  const dir = join(traces, `${started}-${crypto.randomUUID().slice(-12)}`);
  const writer = createTraceWriter({ dir, vantage: 'client', clock: bot.clock, url: bot.url });
  try {
    return new TestCall(bot, action, options.within ?? DEFAULT_WITHIN_MS, {
      dir,
      writer,
      keep: options.keepTrace,
    });
  } catch (error) {
    await writer.close();
    await deleteFolder(dir);
    throw error;
  }
}

/** Deletes the folder of a trace, and its parent if that is empty then. */
async function deleteFolder(dir: string): Promise<void> {
  await rm(dir, { recursive: true, force: true });
  await rmdir(dirname(dir)).catch(() => {});
}

/** The test calls of results, for errors about a result. */
const callOfResult = new WeakMap<CallResult, TestCall>();

/** The test call that ended with a result; undefined for a result of another call. */
export function testCallOf(result: CallResult): TestCall | undefined {
  return callOfResult.get(result);
}

/** What the bot of a call does. */
export interface BotSide {
  /** Resolves when the caller starts to hear the bot after the caller's last action. */
  startsSpeaking(options?: ExpectOptions): Promise<void>;
  /** Resolves when the bot has spoken after the caller's last action and is silent again. `within` is until it starts. */
  finishesSpeaking(options?: ExpectOptions): Promise<void>;
}

/** A test call: acts as the caller and waits for the bot. On a virtual clock every wait advances the time. */
export class TestCall implements AsyncDisposable {
  readonly bot: BotSide = {
    startsSpeaking: (options = {}) => this.#expects('startsSpeaking', 'playback_started', options),
    finishesSpeaking: (options = {}) => this.#finishesSpeaking(options),
  };
  /** The folder of the call's trace. `finish` removes it, unless an expectation was not met or `keepTrace` says otherwise. */
  readonly trace: string;
  readonly #live: LiveCall;
  readonly #tail: LadderTail;
  readonly #writer: TraceWriter;
  readonly #withinMs: number;
  /** Undefined while no expectation was missed and no option says so. */
  #keepsTrace: boolean | undefined;
  #finished: Promise<void> | undefined;

  constructor(
    { integration, clock }: ReadyBot,
    action: TestCallAction,
    within: number,
    trace: { readonly dir: string; readonly writer: TraceWriter; readonly keep: boolean | undefined },
  ) {
    this.#keepsTrace = trace.keep;
    this.#withinMs = within;
    this.trace = trace.dir;
    this.#tail = ladderTail({ right: 'bot' });
    this.#writer = trace.writer;
    const [tail, writer] = [this.#tail.sink, this.#writer];
    this.#live = new LiveCall({
      action: {
        ...action,
        integration,
        clock,
        sink: {
          event(event) {
            tail.event(event);
            writer.event(event);
          },
          audio(dir, t, bytes) {
            tail.audio?.(dir, t, bytes);
            writer.audio?.(dir, t, bytes);
          },
          heard: (t, bytes) => writer.heard?.(t, bytes),
        },
      },
      turnGapMs: DEFAULT_TURN_GAP_MS,
      withinMs: within,
      recordAudio: true,
    });
  }

  /** The call itself, as `callAudioConnector` gives it. */
  get call(): Call {
    return this.#live.call;
  }

  get clock(): Clock {
    return this.#live.clock;
  }

  /** The events so far, in order. */
  get events(): readonly CallEvent[] {
    return this.#live.log.events;
  }

  /** Whether `finish` was called. */
  get isFinished(): boolean {
    return this.#finished !== undefined;
  }

  /** Whether the call is still open. */
  get isOpen(): boolean {
    return this.#live.result === undefined;
  }

  /** Speaks once the bot has replied and is silent. Resolves at the end of the speech. */
  async say(speech: Speech): Promise<void> {
    await this.#do('say', { type: 'say', audio: await audioOf('say', speech) });
  }

  /** Speaks over the bot, `after` milliseconds (default 500) into its current or next utterance. */
  async bargeIn(speech: Speech, options: { readonly after?: number } = {}): Promise<void> {
    checkOptions<typeof options>('bargeIn', options, { after: true });
    checkOptionalNumber('bargeIn: after', options.after, TIME);
    const at = { event: 'playback_started', afterMs: options.after ?? BARGE_IN_MS };
    await this.#do('bargeIn', { type: 'say', audio: await audioOf('bargeIn', speech), at });
  }

  /** Presses keys, `gap` milliseconds (default 200) apart. */
  async dtmf(digits: string, options: { readonly gap?: number } = {}): Promise<void> {
    if (typeof digits !== 'string' || !/^[0-9*#A-D]+$/.test(digits))
      throw badOption(
        `dtmf: digits is ${describeValue(digits)}; expected a string of the keys 0 to 9, *, #, A to D.`,
      );
    checkOptions<typeof options>('dtmf', options, { gap: true });
    checkOptionalNumber('dtmf: gap', options.gap, TIME);
    await this.#do(`dtmf ${digits}`, { type: 'dtmf', digits, gapMs: options.gap ?? DEFAULT_KEY_GAP_MS });
  }

  /** Lets time pass. */
  async wait(ms: number): Promise<void> {
    checkNumber('wait: ms', ms, TIME);
    await this.#do('wait', { type: 'wait', ms });
  }

  /** Hangs up. Resolves with the result of the call. */
  async hangup(): Promise<CallResult> {
    this.#live.call.hangup();
    return this.ended();
  }

  /**
   * Waits until an expectation is met: what stands behind `expect:` in a scenario file, such as
   * `{ turn: { text: /which day/i } }` or `playback_completed`.
   *
   * @throws HooklineError `TESTING_NOT_MET` as a rejection, with the end of the ladder and the place of the trace
   */
  async expects(expectation: ExpectationInput, options: ExpectOptions = {}): Promise<void> {
    await this.#expects('expects', expectation, options);
  }

  async #expects(method: string, expectation: ExpectationInput, options: ExpectOptions): Promise<void> {
    const missed = await this.#meets(method, expectation, options);
    if (!missed) return;
    this.keepTrace();
    throw missed;
  }

  /** Like `expects`, but returns what is missing instead of throwing. */
  async meets(expectation: ExpectationInput, options: ExpectOptions = {}): Promise<NotMet | undefined> {
    return this.#meets('meets', expectation, options);
  }

  async #meets(
    method: string,
    expectation: ExpectationInput,
    options: ExpectOptions,
  ): Promise<NotMet | undefined> {
    checkExpectOptions(method, options);
    const wanted = await parseExpectation(expectation);
    return this.#run(async () => {
      const deadline = {
        deadlineMs: await this.#deadlineMs(options),
        description: this.#withinWords(options),
      };
      const met = await awaitExpectation(this.#live, wanted, deadline);
      return met.met ? undefined : this.notMet(met.expected, met.got);
    });
  }

  /** Waits for the opening of the call, where the time of the first expectation starts. Resolves with the end of the wait. */
  async #deadlineMs({ within, from = 'end' }: ExpectOptions): Promise<number> {
    const live = this.#live;
    await live.waitFor(() => live.result ?? live.openedAtMs, undefined);
    return within === undefined ? live.nowMs + this.#withinMs : live.anchorMs(from) + within;
  }

  #withinWords({ within = this.#withinMs }: ExpectOptions): string {
    return `within ${within} ms`;
  }

  /** Waits for the end of the call. @throws HooklineError `TESTING_NOT_MET` as a rejection, if the call does not end in time */
  async ended(options: { readonly within?: number } = {}): Promise<CallResult> {
    checkOptions<typeof options>('ended', options, { within: true });
    checkOptionalNumber('ended: within', options.within, WITHIN);
    const { within = this.#withinMs } = options;
    const live = this.#live;
    const result = await this.#run(() => live.waitFor(() => live.result, live.nowMs + within));
    if (!result) throw this.#missed(`the call to end within ${within} ms`, 'it goes on');
    callOfResult.set(result, this);
    return result;
  }

  /** Creates an error with the end of the ladder and the location of the trace. */
  notMet(expected: string, got: string): NotMet {
    const details = [
      ...this.#tail.rows(),
      '',
      `trace: ${this.trace}`,
      `       npx hookline show ${this.trace}`,
    ];
    return new NotMet(expected, got, details.join('\n'));
  }

  /** The same, and keeps the trace that the error names. */
  #missed(expected: string, got: string): NotMet {
    this.keepTrace();
    return this.notMet(expected, got);
  }

  /** Lets `finish` keep the trace, unless the option `keepTrace` is false. */
  keepTrace(): void {
    this.#keepsTrace ??= true;
  }

  /**
   * Ends the call if it is open, and closes its files.
   *
   * @param keep - whether to keep the trace; default: the option `keepTrace`, otherwise whether an expectation was not met
   */
  finish(keep?: boolean): Promise<void> {
    this.#finished ??= this.#finish(keep);
    return this.#finished;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.finish();
  }

  /** Deletes the trace of a finished call. */
  async deleteTrace(): Promise<void> {
    await deleteFolder(this.trace);
  }

  async #finish(keep: boolean | undefined): Promise<void> {
    const { call } = this.#live;
    call.hangup();
    await this.#run(() => call.closed);
    this.#writer.result(await call.result);
    await this.#writer.close();
    if (!(keep ?? this.#keepsTrace)) await this.deleteTrace();
  }

  async #finishesSpeaking(options: ExpectOptions): Promise<void> {
    checkExpectOptions('finishesSpeaking', options);
    const live = this.#live;
    const sinceMs = live.lastAction.endMs === undefined ? 0 : live.lastAction.startMs;
    const heard = () => live.soundDetector.sounds.find(({ endMs }) => endMs > sinceMs);
    const deadlineMs = await this.#run(async () => {
      const deadlineMs = await this.#deadlineMs(options);
      await live.waitFor(() => live.result ?? heard(), deadlineMs);
      return deadlineMs;
    });
    const sound = heard();
    if (!sound || sound.startMs > deadlineMs)
      throw this.#missed(
        `the bot to speak ${this.#withinWords(options)}`,
        sound ? `it spoke ${Math.round(sound.startMs - deadlineMs)} ms later` : 'it was not heard',
      );
    if (!(await this.#run(() => live.waitForSilence())))
      throw this.#missed('the bot to fall silent', 'it speaks on');
  }

  async #do(text: string, action: Parameters<typeof performAction>[1]['action']): Promise<void> {
    const missed = await this.#run(() => performAction(this.#live, { action, text }));
    if (missed) throw this.#missed(missed.expected, missed.got);
  }

  /** Runs `work`; a virtual clock is advanced while it waits. */
  #run<T>(work: () => Promise<T>): Promise<T> {
    const { clock } = this.#live;
    return isVirtualClock(clock) ? clock.run(work()) : work();
  }
}

/** @throws HooklineError `TESTING_BAD_OPTION` */
function checkExpectOptions(method: string, options: ExpectOptions): void {
  checkOptions<ExpectOptions>(method, options, { within: true, from: true });
  checkOptionalNumber(`${method}: within`, options.within, WITHIN);
  if (options.from !== undefined && options.from !== 'start' && options.from !== 'end')
    throw badOption(`${method}: from is ${describeValue(options.from)}; expected "start" or "end".`);
}

/** @throws HooklineError `TESTING_BAD_OPTION` for what cannot be played */
async function audioOf(method: string, speech: Speech): Promise<Uint8Array> {
  if (isBytes(speech)) {
    if (speech.length > 0) return speech;
    throw badOption(`${method}: speech has no bytes; expected 8 kHz µ-law.`);
  }
  if (typeof speech !== 'string' && !(speech instanceof URL)) {
    throw badOption(
      `${method}: speech is ${describeValue(speech)}; expected the path of a WAV file, a file: URL, or a Uint8Array of 8 kHz µ-law.`,
    );
  }
  try {
    return await toMulaw8k(await readFile(speech));
  } catch (error) {
    throw badOption(
      `${method}: ${JSON.stringify(String(speech))} cannot be played: ${messageOf(error)}`,
      error,
    );
  }
}
