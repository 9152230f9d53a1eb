import { describe, isDtmfDigit, validator } from '@hookline/protocol';
import { closestName } from '@hookline/runtime';
import { type Static, type TSchema, Type } from '@sinclair/typebox';
import { MAX_KEYS, MAX_PAGE_TEXT_BYTES } from '../limits.js';
import type { PageMessage, RefusedMessage } from '../messages.js';

const strict = { additionalProperties: false };
const text = Type.String();
const maybe = <T extends TSchema>(schema: T) => Type.Optional(schema);

const Integration = Type.Object(
  { name: maybe(text), baseUri: text, apiKey: maybe(text), clientSecret: maybe(text) },
  strict,
);
const CALLERS = {
  mic: Type.Object({ kind: Type.Literal('mic') }, strict),
  wav: Type.Object({ kind: Type.Literal('wav'), id: text }, strict),
  tone: Type.Object(
    { kind: Type.Literal('tone'), hz: maybe(Type.Integer({ minimum: 50, maximum: 3900 })) },
    strict,
  ),
  silence: Type.Object({ kind: Type.Literal('silence') }, strict),
};
const Caller = Type.Union([CALLERS.mic, CALLERS.wav, CALLERS.tone, CALLERS.silence]);
const IntegrationOrBuiltin = Type.Union([Integration, Type.Literal('builtin')]);

const MESSAGES = {
  dial: Type.Object(
    {
      type: Type.Literal('dial'),
      integration: IntegrationOrBuiltin,
      actionName: maybe(text),
      connectorId: maybe(text),
      inputs: maybe(Type.Array(Type.Tuple([text, text]))),
      outputs: maybe(Type.Union([Type.Literal('all'), Type.Array(text)])),
      caller: Caller,
      frameMs: maybe(Type.Union([Type.Literal(200), Type.Literal(20)])),
      language: maybe(text),
      conversation: maybe(Type.Object({ ani: maybe(text), aniName: maybe(text), dnis: maybe(text) }, strict)),
    },
    strict,
  ),
  'hang-up': Type.Object({ type: Type.Literal('hang-up') }, strict),
  keys: Type.Object({ type: Type.Literal('keys'), digits: text }, strict),
  hold: Type.Object({ type: Type.Literal('hold'), on: Type.Boolean() }, strict),
  language: Type.Object({ type: Type.Literal('language'), language: text }, strict),
  caller: Type.Object({ type: Type.Literal('caller'), caller: Caller }, strict),
  probe: Type.Object({ type: Type.Literal('probe'), integration: IntegrationOrBuiltin }, strict),
  check: Type.Object(
    {
      type: Type.Literal('check'),
      integration: IntegrationOrBuiltin,
      connectorId: maybe(text),
      only: maybe(Type.Array(text)),
      strict: maybe(Type.Boolean()),
    },
    strict,
  ),
  'stop-checks': Type.Object({ type: Type.Literal('stop-checks') }, strict),
  'open-path': Type.Object({ type: Type.Literal('open-path'), path: text }, strict),
  forget: Type.Object({ type: Type.Literal('forget'), id: text }, strict),
};

type Name = keyof typeof MESSAGES;
type Read = { [N in Name]: Static<(typeof MESSAGES)[N]> }[Name];

const VALIDATORS = Object.fromEntries(
  Object.entries(MESSAGES).map(([name, schema]) => [name, validator<TSchema>(schema)]),
);
const INTEGRATION = validator(Integration);
const CALLER = Object.fromEntries(
  Object.entries(CALLERS).map(([kind, schema]) => [kind, validator<TSchema>(schema)]),
);

/** Reads a text frame of the page, or says why it is refused. Never throws. */
export function readPageMessage(bytes: Uint8Array): PageMessage | RefusedMessage {
  if (bytes.length > MAX_PAGE_TEXT_BYTES) {
    return refused(
      '',
      'too-large',
      `A message of ${bytes.length} bytes is not read; at most ${MAX_PAGE_TEXT_BYTES}.`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // The error would say a part of it back.
    return refused('', 'malformed', 'The message is no JSON in UTF-8.');
  }
  if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string') {
    return refused('', 'malformed', 'The message is no object with a "type".');
  }
  const { type } = value;
  if (!isName(type)) {
    const meant = closestName(type, Object.keys(MESSAGES));
    return refused(
      type.slice(0, 40),
      'unknown-type',
      `There is no message ${describe(type)}${meant === undefined ? '' : `; ${meant} may have been meant`}.`,
    );
  }
  if (!isRead(value, type)) return refusedField(type, value);
  if (value.type === 'keys')
    return value.digits === '' || !isKeys(value.digits) ? refusedKeys(value.digits) : value;
  return value;
}

/** Whether what was read is a refusal. */
export function isRefused(read: PageMessage | RefusedMessage): read is RefusedMessage {
  return read.type === 'refused';
}

/** A message of the page that is not carried out. */
export function refused(
  of: string,
  code: RefusedMessage['code'],
  message: string,
  field?: string,
): RefusedMessage {
  return { type: 'refused', of, code, message, ...(field === undefined ? {} : { field }) };
}

function isName(type: string): type is Name {
  return Object.hasOwn(MESSAGES, type);
}

function isRead(value: object, type: Name): value is Read {
  return VALIDATORS[type]?.check(value) === true;
}

function isKeys(digits: string): boolean {
  return digits.length <= MAX_KEYS && [...digits].every(isDtmfDigit);
}

function refusedKeys(digits: string): RefusedMessage {
  return refused(
    'keys',
    'invalid-field',
    `"digits" takes 1 to ${MAX_KEYS} keys of 0 to 9, *, #, A to D; got ${describe(digits)}.`,
    'digits',
  );
}

/** Names the field; of a choice of several forms, the field within the form that was meant. */
function refusedField(type: Name, value: object): RefusedMessage {
  const integration = 'integration' in value ? value.integration : undefined;
  const caller = 'caller' in value ? value.caller : undefined;
  const kind = typeof caller === 'object' && caller !== null && 'kind' in caller ? String(caller.kind) : '';
  const inner =
    typeof integration === 'object' && integration !== null && !INTEGRATION.check(integration)
      ? INTEGRATION.explain(integration)
      : CALLER[kind] && !CALLER[kind].check(caller)
        ? CALLER[kind].explain(caller)
        : undefined;
  const { path, got, expected } = inner ?? VALIDATORS[type]?.explain(value) ?? UNEXPLAINED;
  const field = path.split('/').filter(Boolean).join('.') || type;
  // What stands in a wrong field may be a secret: texts are not said back.
  const shown = got.startsWith('"') ? 'a text' : got;
  const wanted = FORMS[field] ?? expected.replace(/^Expected /, '');
  return refused(type, 'invalid-field', `${JSON.stringify(field)} is ${shown}; expected ${wanted}.`, field);
}

/** What a field with several forms may be. */
const FORMS: Readonly<Record<string, string>> = {
  integration: 'the fields of an integration, with a "baseUri", or "builtin"',
  caller: 'an object whose "kind" is "mic", "wav", "tone" or "silence"',
  outputs: 'an array of names, or "all"',
};

const UNEXPLAINED = { path: '', got: 'something else', expected: 'what the contract says' };
