import { CLIENT_TIMERS, isUuid, MAX_FRAME_MS, MIN_FRAME_MS, PLATFORM_RATES } from '@hookline/protocol';
import { argumentError } from '../argument-error.js';
import { type CallAudioConnectorOptions, FLOW_TYPES } from './options.js';

type Checks = {
  readonly [Field in keyof CallAudioConnectorOptions]?: (value: unknown, field: string) => void;
};

const FORMATS = ['PCMU', 'L16'];
const ORDERS = ['le', 'be'];
const BREACHES = ['ladder', 'error', 'drop', 'close'];

/** What each field of the action must be, where the type alone does not keep a mistake out. */
const CHECKS: Checks = {
  name: text,
  outputs(value, field) {
    if (value === 'all') return;
    if (!Array.isArray(value) || !value.every((name) => typeof name === 'string' && name !== '')) {
      throw argumentError(field, value, "an array of output names, or 'all'");
    }
  },
  flowType: (value, field) => oneOf(value, field, FLOW_TYPES),
  caller(value, field) {
    if (!isIterable(value)) {
      throw argumentError(field, value, 'a Uint8Array or an iterable of Uint8Array, such as wavCaller(path)');
    }
  },
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
    if (frameMs === undefined) return;
    if (
      typeof frameMs !== 'number' ||
      !Number.isInteger(frameMs) ||
      frameMs < MIN_FRAME_MS ||
      frameMs > MAX_FRAME_MS
    ) {
      throw argumentError(
        `${field}.frameMs`,
        frameMs,
        `whole milliseconds from ${MIN_FRAME_MS} to ${MAX_FRAME_MS}`,
      );
    }
  },
  limits(value, field) {
    if (value === 'genesys' || value === 'off') return;
    for (const [kind, rate] of Object.entries(object(value, field))) {
      oneOf(kind, field, Object.keys(PLATFORM_RATES));
      const { perSecond, burst } = object(rate, `${field}.${kind}`);
      positive(perSecond, `${field}.${kind}.perSecond`);
      positive(burst, `${field}.${kind}.burst`);
    }
  },
  onBreach: (value, field) => oneOf(value, field, BREACHES),
  timers(value, field) {
    for (const [name, ms] of Object.entries(object(value, field))) {
      oneOf(name, field, Object.keys(CLIENT_TIMERS));
      positive(ms, `${field}.${name}`);
    }
  },
  signal(value, field) {
    if (!(value instanceof AbortSignal)) throw argumentError(field, value, 'an AbortSignal');
  },
  sink(value, field) {
    // Not through `object`: the methods of a class instance stand on its prototype.
    const event = typeof value === 'object' && value !== null && 'event' in value ? value.event : undefined;
    if (typeof event !== 'function') throw argumentError(`${field}.event`, event, 'a function');
  },
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
export function checkOptions(options: Partial<CallAudioConnectorOptions>): void {
  const fields = object(options, 'options');
  for (const [field, check] of Object.entries(CHECKS)) {
    const value = fields[field];
    if (value !== undefined) check(value, field);
  }
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

function positive(value: unknown, field: string): void {
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) {
    throw argumentError(field, value, 'a number above 0');
  }
}

function isIterable(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value)
  );
}
