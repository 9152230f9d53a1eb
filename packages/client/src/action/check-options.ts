import { CLIENT_TIMERS, MAX_FRAME_MS, MIN_FRAME_MS, PLATFORM_RATES, type UriJoin } from '@hookline/protocol';
import { isBytes, messageOf, type NumberRule } from '@hookline/runtime';
import {
  type Check,
  fields,
  flag,
  language,
  method,
  number,
  numbers,
  object,
  oneOf,
  text,
  uuid,
  words,
} from '../argument-check.js';
import { argumentError, argumentErrorSaying } from '../argument-error.js';
import { checkCaller } from '../media/check-caller.js';
import { CAUSES } from '../outcome/causes.js';
import { MAX_RETRY_AFTER_MS } from '../session/rate-guard.js';
import { MESSAGE_FIELDS, type WireStyle } from '../session/wire-style.js';
import { checkAuthorities } from './check-authorities.js';
import {
  type CallAudioConnectorOptions,
  FLOW_TYPES,
  type IntegrationOptions,
  type ProbeOptions,
} from './options.js';

/** Every option; undefined if its value is checked elsewhere. */
type Checks<Options> = { readonly [Field in keyof Required<Options>]: Check | undefined };

const TIME: NumberRule = { min: 0 };
const SHARE: NumberRule = { min: 0, max: 1 };

const FORMATS = ['PCMU', 'L16'];
const ORDERS = ['le', 'be'];
const LATE_OPENED = ['burst', 'discard'];
const JOINS: readonly UriJoin[] = ['slash', 'raw'];
const OFFERS = ['external', 'three-way'];
const ALL_FIELDS = [...MESSAGE_FIELDS].sort().join();
const BREACHES = ['ladder', 'error', 'drop', 'close'];

const CALL: Checks<CallAudioConnectorOptions> = {
  integration: undefined,
  connectorId: undefined,
  inputs: undefined,
  name: text,
  lateOpened: (value, field) => oneOf(value, field, LATE_OPENED),
  drainOnDisconnect: flag,
  acceptOutputsInClosed: flag,
  supportedLanguages: flag,
  inspectAudio: flag,
  rawHeads: flag,
  faults: (value, field) =>
    fields(value, field, {
      seed: number({ integer: true }),
      dropPings: number(SHARE),
      delayPingsMs: number(TIME),
      duplicateSeq: number(SHARE),
      jitterMs: number(TIME),
      // At least the resolution of a timer; a shorter interval would send without pause.
      rateLimit: numbers({ everyMs: { min: 1 }, retryAfterMs: { min: 0, max: MAX_RETRY_AFTER_MS } }),
      discard: numbers({ atMs: TIME, ms: TIME }),
      closeMidPlaybackMs: number(TIME),
      unavailableAfterMs: number(TIME),
      stopReadingAfterMs: number(TIME),
      resetAtByte: number({ min: 0, integer: true }),
    }),
  errorTypes: (value, field) =>
    fields(value, field, Object.fromEntries(Object.keys(CAUSES).map((cause) => [cause, text]))),
  wireStyle: (value, field) =>
    fields(value, field, {
      userAgent(agent, at) {
        if (agent !== null && (typeof agent !== 'string' || !/^[\x20-\x7e]+$/.test(agent))) {
          throw argumentError(
            at,
            agent,
            'a string of printable ASCII characters, or null to omit the header',
          );
        }
      },
      numbers: (one, at) => oneOf(one, at, ['tel', 'asGiven']),
      languages: (one, at) => oneOf(one, at, ['lower', 'asGiven']),
      noInputs: (one, at) => oneOf(one, at, ['empty', 'absent']),
      minDecimals: number({ min: 0, max: 9, integer: true }),
      fieldOrder(order, at) {
        if (!Array.isArray(order) || [...order].sort().join() !== ALL_FIELDS) {
          throw argumentError(at, order, `each of ${MESSAGE_FIELDS.join(', ')} once`);
        }
      },
      signature: (style, at) =>
        fields(style, at, {
          components: words,
          parameters: words,
          lifetimeSeconds: number({ min: 0, integer: true }),
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
    if (!isBytes(value) || value.length === 0) {
      throw argumentError(field, value, 'a non-empty Uint8Array of 8 kHz µ-law');
    }
  },
  internalAudio(value, field) {
    if (!isBytes(value)) throw argumentError(field, value, 'a Uint8Array of 8 kHz µ-law');
  },
  conversation: (value, field) =>
    fields(value, field, {
      id: text,
      participantId: text,
      ani: text,
      aniName: text,
      dnis: text,
      // Depends on `wireStyle`.
      language: undefined,
    }),
  media: (value, field) =>
    fields(value, field, {
      format: (one, at) => oneOf(one, at, FORMATS),
      byteOrder: (one, at) => oneOf(one, at, ORDERS),
      frameMs: number({ min: MIN_FRAME_MS, max: MAX_FRAME_MS, integer: true }),
      firstFrameAtOnce: flag,
    }),
  limits(value, field) {
    if (value === 'genesys' || value === 'off') return;
    if (typeof value !== 'object')
      throw argumentError(field, value, '"genesys", "off", or an object of rates');
    const rate = numbers({ perSecond: { above: 0 }, burst: { min: 1 } });
    fields(value, field, Object.fromEntries(Object.keys(PLATFORM_RATES).map((kind) => [kind, rate])));
  },
  onBreach: (value, field) => oneOf(value, field, BREACHES),
  timers: (value, field) =>
    fields(
      value,
      field,
      Object.fromEntries(Object.keys(CLIENT_TIMERS).map((name) => [name, number({ above: 0 })])),
    ),
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

const PROBE: Checks<ProbeOptions> = {
  signal: CALL.signal,
  sink: CALL.sink,
  logger: CALL.logger,
  clock: CALL.clock,
  dial: CALL.dial,
  timers: CALL.timers,
  sessionId: CALL.sessionId,
  correlationId: CALL.correlationId,
  wireStyle: CALL.wireStyle,
  offer: (value, field) => oneOf(value, field, OFFERS),
  supportedLanguages: flag,
};

const INTEGRATION: Checks<IntegrationOptions> = {
  name: text,
  baseConnectionUri: undefined,
  apiKey: undefined,
  clientSecret: undefined,
  organizationId: uuid,
  enabled: flag,
  featureEnabled: flag,
  join: (value, field) => oneOf(value, field, JOINS),
  allowWs: flag,
  tls: (value, field) => fields(value, field, { ca: checkAuthorities, insecure: flag }),
  customConfig: checkCustomConfig,
  dial: CALL.dial,
};

/** Checks the options of an action. @throws HooklineError `CLIENT_BAD_ARGUMENT` naming the field */
export function checkCallOptions(options: CallAudioConnectorOptions): void {
  fields(options, '', CALL);
  const { conversation, wireStyle } = options;
  if (conversation?.language !== undefined)
    checkLanguage(conversation.language, 'conversation.language', wireStyle);
}

/**
 * Checks a language. If languages are sent as given, it may be any text: a recorded call that is repeated may contain one
 * that is not a tag. @throws HooklineError `CLIENT_BAD_ARGUMENT`
 */
export function checkLanguage(value: unknown, field: string, { languages = 'lower' }: WireStyle = {}): void {
  if (languages === 'lower') language(value, field);
  else if (typeof value !== 'string') throw argumentError(field, value, 'a string');
}

/** Checks the options of a probe. @throws HooklineError `CLIENT_BAD_ARGUMENT` naming the field */
export function checkProbeOptions(options: ProbeOptions): void {
  fields(options, '', PROBE);
}

/** Checks the options of an integration. @throws HooklineError `CLIENT_BAD_ARGUMENT` naming the field */
export function checkIntegrationOptions(options: IntegrationOptions): void {
  fields(options, '', INTEGRATION);
}

/** The value is sent as JSON, so JSON must be able to represent it. */
function checkCustomConfig(value: unknown, field: string): void {
  if (typeof value === 'string') return;
  object(value, field);
  try {
    if (JSON.stringify(value) !== undefined) return;
  } catch (error) {
    throw argumentErrorSaying(
      field,
      `it cannot be converted to JSON (${firstLine(messageOf(error))})`,
      error,
    );
  }
  throw argumentErrorSaying(field, 'it cannot be converted to JSON');
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? '';
}
