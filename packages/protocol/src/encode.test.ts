import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeClientMessage, decodeServerMessage } from './decode.js';
import { durationFromNs } from './duration.js';
import { encodeClientMessage, encodeServerMessage } from './encode.js';
import { MEDIA_CHANNELS, MEDIA_FORMATS } from './media.js';
import type {
  ClientMessageType,
  ClientParameters,
  ServerMessageType,
  ServerParameters,
} from './messages/index.js';

const uuid = fc.uuid({ version: [1, 2, 3, 4, 5] });
const text = fc.string({ unit: 'binary', maxLength: 40 });
const counter = fc.nat();
const duration = fc.maxSafeNat().map((ns) => durationFromNs(ns));
const names = fc.oneof(text, fc.constantFrom('__proto__', 'constructor', 'toString', 'a\nb', ''));
const language = fc.constantFrom('en-US', 'es-419', 'zh-Hans-CN', 'cmn-cn');
// JSON has no -0, and no difference between a missing and an undefined property.
const json = fc.jsonValue({ noUnicodeString: false }).map((value) => JSON.parse(JSON.stringify(value)));

/** An object whose keys are all own properties, including `__proto__`. */
const record = <T>(value: fc.Arbitrary<T>) =>
  fc
    .array(fc.tuple(names, value), { maxLength: 5 })
    .map((entries): Record<string, T> => Object.fromEntries(entries));

const media = fc.record({
  type: fc.constant('audio' as const),
  format: fc.constantFrom(...MEDIA_FORMATS),
  channels: fc.array(fc.constantFrom(...MEDIA_CHANNELS), { minLength: 1, maxLength: 2 }),
  rate: fc.constant(8000 as const),
});
const gap = fc.record({ start: duration, discarded: duration });
const empty = fc.constant({});

const client: { [T in ClientMessageType]: fc.Arbitrary<ClientParameters<T>> } = {
  open: fc.record(
    {
      organizationId: uuid,
      conversationId: uuid,
      participant: fc.record({ id: uuid, ani: text, aniName: text, dnis: text }),
      media: fc.array(media, { maxLength: 3 }),
      language,
      supportedLanguages: fc.boolean(),
      continuedSessions: fc.array(fc.record({ id: uuid, serverseq: counter, clientseq: counter }), {
        maxLength: 2,
      }),
      customConfig: json,
      inputVariables: record(text),
    },
    { requiredKeys: ['organizationId', 'conversationId', 'participant', 'media'] },
  ),
  close: fc.record({ reason: fc.constantFrom('end', 'error', 'disconnect', 'reconnect') }),
  ping: fc.record({ rtt: duration }, { requiredKeys: [] }),
  error: fc.record(
    { code: fc.integer(), message: text, retryAfter: duration },
    { requiredKeys: ['code', 'message'] },
  ),
  paused: empty,
  resumed: gap,
  discarded: gap,
  update: fc.record({ language }, { requiredKeys: [] }),
  dtmf: fc.record({ digit: text }),
  playback_started: empty,
  playback_completed: empty,
};

const server: { [T in ServerMessageType]: fc.Arbitrary<ServerParameters<T>> } = {
  opened: fc.record(
    {
      media: fc.array(media, { maxLength: 1 }),
      startPaused: fc.boolean(),
      discardTo: duration,
      supportedLanguages: fc.array(language, { maxLength: 2 }),
    },
    { requiredKeys: ['media'] },
  ),
  closed: empty,
  disconnect: fc.record(
    {
      reason: fc.constantFrom('completed', 'error', 'unauthorized'),
      info: text,
      outputVariables: record(text),
    },
    { requiredKeys: ['reason'] },
  ),
  event: fc.record({ entities: fc.array(fc.record({ type: text, data: json }), { maxLength: 3 }) }),
  pong: empty,
  pause: empty,
  resume: empty,
  reconnect: fc.record({ info: text }, { requiredKeys: [] }),
  updated: empty,
};

const types = <T extends string>(of: Record<T, unknown>) => Object.keys(of) as T[];

describe('decode of encode is the identity', () => {
  it.each(types(client))('for %s', (type) => {
    const envelope = fc.record({ id: uuid, seq: counter, serverseq: counter, position: duration });
    fc.assert(
      fc.property(
        envelope,
        client[type] as fc.Arbitrary<ClientParameters<typeof type>>,
        (around, parameters) => {
          const sent = encodeClientMessage(type, around, parameters);
          expect(decodeClientMessage(sent)).toEqual({
            kind: 'message',
            message: { version: '2', type, ...around, parameters },
          });
        },
      ),
    );
  });

  it.each(types(server))('for %s', (type) => {
    const envelope = fc.record({ id: uuid, seq: counter, clientseq: counter });
    fc.assert(
      fc.property(
        envelope,
        server[type] as fc.Arbitrary<ServerParameters<typeof type>>,
        (around, parameters) => {
          const sent = encodeServerMessage(type, around, parameters);
          expect(decodeServerMessage(sent)).toEqual({
            kind: 'message',
            message: { version: '2', type, ...around, parameters },
          });
        },
      ),
    );
  });
});

describe('encode', () => {
  const ID = '30b0e395-84d3-4570-ac13-9a62d8f514c0';

  it('writes parameters as an object even if there are none', () => {
    expect(encodeServerMessage('pong', { id: ID, seq: 2, clientseq: 3 }, {})).toBe(
      `{"type":"pong","version":"2","id":"${ID}","seq":2,"clientseq":3,"parameters":{}}`,
    );
  });

  it('omits undefined values', () => {
    const sent = encodeServerMessage('reconnect', { id: ID, seq: 2, clientseq: 3 }, {});
    expect(JSON.parse(sent).parameters).toEqual({});
  });

  it('writes the fields of the envelope in the order of Genesys Cloud, and no others', () => {
    const envelope = { id: ID, seq: 1, serverseq: 0, position: 'PT0S', secret: 'x' };
    expect(Object.keys(JSON.parse(encodeClientMessage('ping', envelope, {})))).toEqual([
      'type',
      'version',
      'id',
      'seq',
      'serverseq',
      'position',
      'parameters',
    ]);
  });
});
