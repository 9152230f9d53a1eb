import {
  choiceFault,
  describeValue,
  MAX_TIMER_MS,
  type NumberRule,
  numberFault,
  optionsFault,
} from '@hookline/runtime';
import { type AudioSource, sequence } from '@hookline/server';
import { RealtimeError } from './error.js';
import type { AudioGreeting, InterruptionOptions, RealtimeLimits, RealtimeOptions } from './options.js';
import { isObject } from './tools/json-schema-check.js';
import { checkTools } from './tools/tool-check.js';

const TIME: NumberRule = { above: 0, max: MAX_TIMER_MS };
/** `maxMs` of a playback of the call is at most one hour. */
const QUEUE: NumberRule = { above: 0, max: 3_600_000 };
const TIME_OR_ZERO: NumberRule = { min: 0, max: MAX_TIMER_MS };

const DEFAULT_LIMITS: RealtimeLimits = {
  connectMs: 5000,
  toolMs: 15_000,
  replyMs: 8000,
  silenceMs: 60_000,
  callMs: 1_800_000,
  maxQueuedMs: 300_000,
  maxInputMs: 5000,
};

const OPTIONS: Readonly<Record<keyof RealtimeOptions, true>> = {
  instructions: true,
  tools: true,
  greeting: true,
  interruption: true,
  dtmf: true,
  dtmfGroupMs: true,
  turns: true,
  filler: true,
  reconnect: true,
  limits: true,
  onSilence: true,
  metrics: true,
  clock: true,
};

const INTERRUPTION: Readonly<Record<keyof InterruptionOptions, true>> = {
  by: true,
  guardMs: true,
  minSpeechMs: true,
  confirm: true,
};

const GREETING: Readonly<Record<keyof AudioGreeting, true>> = {
  audio: true,
  text: true,
  interruptible: true,
};

/** The options with their defaults. */
export interface CheckedOptions {
  readonly given: RealtimeOptions;
  readonly limits: RealtimeLimits;
  readonly interruption: InterruptionOptions;
  readonly greeting: 'model' | 'caller' | AudioGreeting;
  readonly filler: { readonly afterMs: number; readonly audio: AudioSource } | undefined;
  readonly reconnect: { readonly attempts: number; readonly withinMs: number } | undefined;
  readonly dtmfGroupMs: number;
}

/** @throws RealtimeError `REALTIME_BAD_OPTION` naming the option */
export function checkedOptions(options: RealtimeOptions): CheckedOptions {
  checkNames('realtime: ', options, OPTIONS);
  checkTools(options.tools ?? {});
  const { interruption = {}, dtmfGroupMs = 1200 } = options;
  checkNames('realtime: interruption: ', interruption, INTERRUPTION);
  oneOf('realtime: interruption.by', interruption.by, ['service', 'local', 'first', 'off']);
  oneOf('realtime: interruption.confirm', interruption.confirm, ['text']);
  number('realtime: interruption.guardMs', interruption.guardMs ?? 0, TIME_OR_ZERO);
  number('realtime: interruption.minSpeechMs', interruption.minSpeechMs ?? 0, TIME_OR_ZERO);
  number('realtime: dtmfGroupMs', dtmfGroupMs, TIME_OR_ZERO);
  if (typeof options.dtmf !== 'function') oneOf('realtime: dtmf', options.dtmf, ['text', 'off']);
  if (typeof options.turns !== 'function')
    oneOf('realtime: turns', options.turns, ['heard', 'spoken', 'off']);
  if (typeof options.onSilence !== 'function') oneOf('realtime: onSilence', options.onSilence, ['end']);
  if (typeof options.greeting === 'string')
    oneOf('realtime: greeting', options.greeting, ['model', 'caller']);
  return {
    given: options,
    limits: limitsOf(options.limits),
    interruption,
    greeting: greetingOf(options.greeting),
    filler: fillerOf(options.filler),
    reconnect: reconnectOf(options.reconnect),
    dtmfGroupMs,
  };
}

function limitsOf(chosen: Partial<RealtimeLimits> = {}): RealtimeLimits {
  checkNames('realtime: limits: ', chosen, DEFAULT_LIMITS);
  const limits = { ...DEFAULT_LIMITS, ...chosen };
  for (const [name, value] of Object.entries(limits)) {
    number(`realtime: limits.${name}`, value, name === 'maxQueuedMs' ? QUEUE : TIME);
  }
  return limits;
}

function greetingOf(greeting: RealtimeOptions['greeting']): CheckedOptions['greeting'] {
  if (greeting === undefined) return 'model';
  // The types accept a string as an iterable, but it is not audio.
  if (typeof greeting === 'string') return greeting === 'caller' ? 'caller' : 'model';
  if (!isAudioGreeting(greeting)) {
    handleFailureOf(greeting);
    return { audio: greeting, text: '' };
  }
  handleFailureOf(greeting.audio);
  checkNames('realtime: greeting: ', greeting, GREETING);
  return greeting;
}

function isAudioGreeting(greeting: AudioSource | AudioGreeting): greeting is AudioGreeting {
  return isObject(greeting) && 'audio' in greeting && 'text' in greeting;
}

function fillerOf(filler: RealtimeOptions['filler']): CheckedOptions['filler'] {
  if (filler === undefined) return undefined;
  const { audio, afterMs = 1200 } = isFiller(filler) ? filler : { audio: filler };
  handleFailureOf(audio);
  if (isFiller(filler)) checkNames('realtime: filler: ', filler, { audio: true, afterMs: true });
  number('realtime: filler.afterMs', afterMs, TIME_OR_ZERO);
  return { afterMs, audio };
}

/**
 * A source may fail before it is played, or never be played. A sequence handles the failures of what it consists of: the
 * only way to have the server do so without playing anything. It is not needed itself.
 */
function handleFailureOf(audio: AudioSource): void {
  sequence([audio]);
}

type Filler = Exclude<RealtimeOptions['filler'], AudioSource | undefined>;

function isFiller(filler: AudioSource | Filler): filler is Filler {
  return isObject(filler) && 'audio' in filler && !('kind' in filler);
}

function reconnectOf(reconnect: RealtimeOptions['reconnect']): CheckedOptions['reconnect'] {
  if (reconnect === false) return undefined;
  checkNames('realtime: reconnect: ', reconnect, { attempts: true, withinMs: true });
  const { attempts = 2, withinMs = 6000 } = reconnect ?? {};
  number('realtime: reconnect.attempts', attempts, { min: 1, max: 100, integer: true });
  number('realtime: reconnect.withinMs', withinMs, TIME);
  return { attempts, withinMs };
}

/** @throws RealtimeError `REALTIME_BAD_OPTION` naming the unknown option */
export function checkNames(where: string, options: unknown, known: object): void {
  refuse(optionsFault(where, options, known));
}

/** @throws RealtimeError `REALTIME_BAD_OPTION` naming the field */
export function number(field: string, value: unknown, rule: NumberRule): void {
  const fault = numberFault(field, value, rule);
  if (fault !== undefined) refuse(`${fault}.`);
}

/** @throws RealtimeError `REALTIME_BAD_OPTION` naming the field */
export function oneOf(field: string, value: unknown, choices: readonly string[]): void {
  const fault = value === undefined ? undefined : choiceFault(field, value, choices);
  if (fault !== undefined) refuse(`${fault}.`);
}

/** @throws RealtimeError `REALTIME_BAD_OPTION` naming the field */
export function boolean(field: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'boolean')
    refuse(`${field} is ${describeValue(value)}; expected true or false.`);
}

function refuse(fault: string | undefined): void {
  if (fault !== undefined) throw new RealtimeError('REALTIME_BAD_OPTION', fault);
}
