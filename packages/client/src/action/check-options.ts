import { CLIENT_TIMERS, isUuid, MAX_FRAME_MS, MIN_FRAME_MS, PLATFORM_RATES } from '@hookline/protocol';
import type { NumberRule } from '@hookline/runtime';
import { argumentError, checkNumber } from '../argument-error.js';
import { MESSAGE_FIELDS } from '../session/wire-style.js';
import { CAUSES } from './causes.js';
import { type CallAudioConnectorOptions, FLOW_TYPES, type ProbeOptions } from './options.js';

type Check = (value: unknown, field: string) => void;
type Checks = { readonly [Field in keyof (CallAudioConnectorOptions & ProbeOptions)]?: Check };

const TIME: NumberRule = { least: 0 };
const SHARE: NumberRule = { least: 0, most: 1 };

const FORMATS = ['PCMU', 'L16'];
const ORDERS = ['le', 'be'];
const LATE_OPENED = ['burst', 'discard'];
const OFFERS = ['external', 'three-way'];
const ALL_FIELDS = [...MESSAGE_FIELDS].sort().join();
const BREACHES = ['ladder', 'error', 'drop', 'close'];

/** What each field of the action must be, where the type alone does not keep a mistake out. */
const CHECKS: Checks = {
  name: text,
  lateOpened: (value, field) => oneOf(value, field, LATE_OPENED),
  drainOnDisconnect: flag,
  acceptOutputsInClosed: flag,
  supportedLanguages: flag,
  inspectAudio: flag,
  offer: (value, field) => oneOf(value, field, OFFERS),
  faults: (value, field) =>
    fields(value, field, {
      seed: number({ whole: true }),
      dropPings: number(SHARE),
      delayPingsMs: number(TIME),
      duplicateSeq: number(SHARE),
      jitterMs: number(TIME),
      // Not below what a timer can tell apart: it would send without an end.
      rateLimit: numbers({ everyMs: { least: 1 }, retryAfterMs: TIME }),
      discard: numbers({ atMs: TIME, ms: TIME }),
      closeMidPlaybackMs: number(TIME),
      unavailableAfterMs: number(TIME),
      stopReadingAfterMs: number(TIME),
      resetAtByte: number({ least: 0, whole: true }),
    }),
  errorTypes: (value, field) =>
    fields(value, field, Object.fromEntries(Object.keys(CAUSES).map((cause) => [cause, text]))),
  wireStyle: (value, field) =>
    fields(value, field, {
      userAgent(agent, at) {
        if (agent !== null && (typeof agent !== 'string' || !/^[\x20-\x7e]+$/.test(agent))) {
          throw argumentError(at, agent, 'a text of printable ASCII characters, or null for no such header');
        }
      },
      numbers: (one, at) => oneOf(one, at, ['tel', 'asGiven']),
      languages: (one, at) => oneOf(one, at, ['lower', 'asGiven']),
      noInputs: (one, at) => oneOf(one, at, ['empty', 'absent']),
      minDecimals: number({ least: 0, most: 9, whole: true }),
      fieldOrder(order, at) {
        if (!Array.isArray(order) || [...order].sort().join() !== ALL_FIELDS) {
          throw argumentError(at, order, `each of ${MESSAGE_FIELDS.join(', ')} once`);
        }
      },
      signature: (style, at) =>
        fields(style, at, {
          components: words,
          parameters: words,
          lifetimeSeconds: number({ least: 0, whole: true }),
          nonce: text,
          label: text,
        }),
    }),
  logger(value, field) {
    for (const level of ['debug', 'info', 'warn', 'error']) method(value, field, level);
  },
  clock(value, field) {
    for (const name of ['now', 'wall', 'after']) method(value, field, name);
  },
  outputs(value, field) {
    if (value === 'all') return;
    if (!Array.isArray(value) || !value.every((name) => typeof name === 'string' && name !== '')) {
      throw argumentError(field, value, "an array of output names, or 'all'");
    }
  },
  flowType: (value, field) => oneOf(value, field, FLOW_TYPES),
  caller: checkCaller,
  background(value, field) {
    if (!(value instanceof Uint8Array) || value.length === 0) {
      throw argumentError(field, value, 'a Uint8Array of 8 kHz µ-law that is not empty');
    }
  },
  conversation(value, field) {
    for (const [name, entry] of Object.entries(object(value, field))) text(entry, `${field}.${name}`);
  },
  media(value, field) {
    const media = object(value, field);
    const { format, byteOrder, frameMs } = media;
    if (format !== undefined) oneOf(format, `${field}.format`, FORMATS);
    if (byteOrder !== undefined) oneOf(byteOrder, `${field}.byteOrder`, ORDERS);
    if (frameMs !== undefined) {
      checkNumber(`${field}.frameMs`, frameMs, { least: MIN_FRAME_MS, most: MAX_FRAME_MS, whole: true });
    }
    flag(media['firstFrameAtOnce'], `${field}.firstFrameAtOnce`);
  },
  limits(value, field) {
    if (value === 'genesys' || value === 'off') return;
    for (const [kind, rate] of Object.entries(object(value, field))) {
      oneOf(kind, field, Object.keys(PLATFORM_RATES));
      const { perSecond, burst } = object(rate, `${field}.${kind}`);
      checkNumber(`${field}.${kind}.perSecond`, perSecond, { above: 0 });
      checkNumber(`${field}.${kind}.burst`, burst, { least: 1 });
    }
  },
  onBreach: (value, field) => oneOf(value, field, BREACHES),
  timers(value, field) {
    for (const [name, ms] of Object.entries(object(value, field))) {
      oneOf(name, field, Object.keys(CLIENT_TIMERS));
      checkNumber(`${field}.${name}`, ms, { above: 0 });
    }
  },
  signal(value, field) {
    if (!(value instanceof AbortSignal)) throw argumentError(field, value, 'an AbortSignal');
  },
  sink: (value, field) => method(value, field, 'event'),
  dial(value, field) {
    if (typeof value !== 'function') throw argumentError(field, value, 'a function');
  },
  sessionId: uuid,
  correlationId: uuid,
};

/**
 * Checks the fields of the action.
 *
 * @throws HooklineError `invalid-argument` naming the field
 */
export function checkOptions(options: Partial<CallAudioConnectorOptions & ProbeOptions>): void {
  const given = object(options, 'options');
  for (const [field, check] of Object.entries(CHECKS)) {
    const value = given[field];
    if (value !== undefined) check(value, field);
  }
}

/** Not through `object`: the methods of a class instance stand on its prototype. */
function method(value: unknown, field: string, name: string): void {
  const found: unknown = Object(value) === value ? Reflect.get(Object(value), name) : undefined;
  if (typeof found !== 'function') throw argumentError(`${field}.${name}`, found, 'a function');
}

function object(value: unknown, field: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw argumentError(field, value, 'an object');
  }
  return { ...value };
}

function text(value: unknown, field: string): void {
  if (value !== undefined && typeof value !== 'string') throw argumentError(field, value, 'a string');
}

function uuid(value: unknown, field: string): void {
  if (typeof value !== 'string' || !isUuid(value)) throw argumentError(field, value, 'a UUID');
}

function oneOf(value: unknown, field: string, allowed: readonly string[]): void {
  if (!allowed.some((one) => one === value)) {
    throw argumentError(field, value, `one of ${allowed.join(', ')}`);
  }
}

function flag(value: unknown, field: string): void {
  if (value !== undefined && typeof value !== 'boolean') throw argumentError(field, value, 'true or false');
}

function words(value: unknown, field: string): void {
  if (!Array.isArray(value) || !value.every((word) => typeof word === 'string')) {
    throw argumentError(field, value, 'an array of strings');
  }
}

/** Checks each field that is there, and refuses fields that do not exist. */
function fields(value: unknown, field: string, checks: Readonly<Record<string, Check>>): void {
  for (const [name, entry] of Object.entries(object(value, field))) {
    oneOf(name, field, Object.keys(checks));
    if (entry !== undefined) checks[name]?.(entry, `${field}.${name}`);
  }
}

function number(rule: NumberRule): Check {
  return (value, field) => checkNumber(field, value, rule);
}

/** An object whose fields all have to be there. */
function numbers(rules: Readonly<Record<string, NumberRule>>): Check {
  return (value, field) => {
    const given = object(value, field);
    for (const name of Object.keys(given)) oneOf(name, field, Object.keys(rules));
    for (const [name, rule] of Object.entries(rules)) checkNumber(`${field}.${name}`, given[name], rule);
  };
}

/** Whether something can be read as a caller's audio. @throws HooklineError `invalid-argument` */
export function checkCaller(value: unknown, field: string): void {
  if (!isIterable(value)) {
    throw argumentError(field, value, 'a Uint8Array or an iterable of Uint8Array, such as wavCaller(path)');
  }
}

function isIterable(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value)
  );
}
