import { describe, isDtmfDigit, validator } from '@hookline/protocol';
import { closestName } from '@hookline/runtime';
import { type Static, type TSchema, Type } from '@sinclair/typebox';
import { MAX_KEYS, MAX_PAGE_TEXT_BYTES } from '../limits.js';
import type { PageMessage, RefusedMessage } from '../messages.js';

const strict = { additionalProperties: false };
const text = Type.String();
const optional = <T extends TSchema>(schema: T) => Type.Optional(schema);

const Integration = Type.Object(
  { name: optional(text), baseUri: text, apiKey: optional(text), clientSecret: optional(text) },
  strict,
);
const CALLERS = {
  mic: Type.Object({ kind: Type.Literal('mic') }, strict),
  wav: Type.Object({ kind: Type.Literal('wav'), id: text }, strict),
  tone: Type.Object(
    { kind: Type.Literal('tone'), hz: optional(Type.Integer({ minimum: 50, maximum: 3900 })) },
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
      actionName: optional(text),
      connectorId: optional(text),
      inputs: optional(Type.Array(Type.Tuple([text, text]))),
      outputs: optional(Type.Union([Type.Literal('all'), Type.Array(text)])),
      caller: Caller,
      frameMs: optional(Type.Union([Type.Literal(200), Type.Literal(20)])),
      language: optional(text),
      conversation: optional(
        Type.Object({ ani: optional(text), aniName: optional(text), dnis: optional(text) }, strict),
      ),
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
      connectorId: optional(text),
      only: optional(Type.Array(text)),
      strict: optional(Type.Boolean()),
    },
    strict,
  ),
  'stop-checks': Type.Object({ type: Type.Literal('stop-checks') }, strict),
  'open-path': Type.Object({ type: Type.Literal('open-path'), path: text }, strict),
  forget: Type.Object({ type: Type.Literal('forget'), id: text }, strict),
};

type Name = keyof typeof MESSAGES;
type ParsedMessage = { [N in Name]: Static<(typeof MESSAGES)[N]> }[Name];

const VALIDATORS = Object.fromEntries(
  Object.entries(MESSAGES).map(([name, schema]) => [name, validator<TSchema>(schema)]),
);
const INTEGRATION = validator(Integration);
const CALLER = Object.fromEntries(
  Object.entries(CALLERS).map(([kind, schema]) => [kind, validator<TSchema>(schema)]),
);

/** Parses a text frame of the page. Returns a refusal if it is invalid. Never throws. */
export function readPageMessage(bytes: Uint8Array): PageMessage | RefusedMessage {
  if (bytes.length > MAX_PAGE_TEXT_BYTES) {
    return createRefusal(
      '',
      'too-large',
      `The message has ${bytes.length} bytes; expected at most ${MAX_PAGE_TEXT_BYTES}.`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // The parser's error would quote part of the text, which may hold a secret.
    return createRefusal('', 'malformed', 'The message is not JSON in UTF-8.');
  }
  if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string') {
    return createRefusal('', 'malformed', 'The message is not an object with a "type".');
  }
  const { type } = value;
  if (!isName(type)) {
    const meant = closestName(type, Object.keys(MESSAGES));
    return createRefusal(
      type.slice(0, 40),
      'unknown-type',
      `Unknown message type ${describe(type)}${meant === undefined ? '.' : `; did you mean ${meant}?`}`,
    );
  }
  if (!isValid(value, type)) return fieldRefusal(type, value);
  if (value.type === 'keys')
    return value.digits === '' || !isKeys(value.digits) ? keysRefusal(value.digits) : value;
  return value;
}

/** Whether the parsed message is a refusal. */
export function isRefusal(read: PageMessage | RefusedMessage): read is RefusedMessage {
  return read.type === 'refused';
}

/** Creates the refusal of a message. @param of - the `type` of the refused message */
export function createRefusal(
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

function isValid(value: object, type: Name): value is ParsedMessage {
  return VALIDATORS[type]?.check(value) === true;
}

function isKeys(digits: string): boolean {
  return digits.length <= MAX_KEYS && [...digits].every(isDtmfDigit);
}

function keysRefusal(digits: string): RefusedMessage {
  return createRefusal(
    'keys',
    'invalid-field',
    `"digits" is ${describe(digits)}; expected 1 to ${MAX_KEYS} keys: 0 to 9, *, #, A to D.`,
    'digits',
  );
}

/** Creates the refusal of an invalid field. For a field with several forms it names the field within the form that was meant. */
function fieldRefusal(type: Name, value: object): RefusedMessage {
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
  // The value of an invalid field may be a secret: strings are not quoted.
  const shown = got.startsWith('"') ? 'a string' : got;
  const expectation = EXPECTED_FORMS[field] ?? expected.replace(/^Expected /, '');
  return createRefusal(
    type,
    'invalid-field',
    `${JSON.stringify(field)} is ${shown}; expected ${expectation}.`,
    field,
  );
}

/** The accepted forms of fields with several forms. */
const EXPECTED_FORMS: Readonly<Record<string, string>> = {
  integration: 'the fields of an integration, with a "baseUri", or "builtin"',
  caller: 'an object whose "kind" is "mic", "wav", "tone" or "silence"',
  outputs: 'an array of names, or "all"',
};

const UNEXPLAINED = { path: '', got: 'something else', expected: 'a value of the type in messages.ts' };
