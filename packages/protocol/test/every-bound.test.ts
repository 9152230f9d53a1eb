import { expect } from 'vitest';
import { everyBoundHolds } from '#bounds';
import {
  audioRuns,
  createRedactor,
  decodeClientMessage,
  decodeServerMessage,
  durationFromNs,
  messageOfBody,
  withoutSecrets,
} from '../src/index.js';
import { readSignature } from '../src/signature/signature-input.js';
import { parseDictionary } from '../src/signature/structured-field-parser.js';
import { serializeDictionary } from '../src/signature/structured-field-serializer.js';
import type { WireEvent } from '../src/wire-event.js';

everyBoundHolds({
  package: 'protocol',
  values: {
    CLIENT_AUDIO_CREDIT_MS: 10_000,
    CLIENT_MAX_PAYLOAD_BYTES: 1_048_576,
    'CLIENT_TIMERS.closedAfterPongTimeoutMs': 3000,
    'CLIENT_TIMERS.closedMs': 10_000,
    'CLIENT_TIMERS.firstPingMs': 1000,
    'CLIENT_TIMERS.maxDurationMs': 900_000,
    'CLIENT_TIMERS.openedMs': 5000,
    'CLIENT_TIMERS.pingIntervalMs': 5000,
    'CLIENT_TIMERS.upgradeMs': 5000,
    MAX_BOT_BUFFER_MS: 600_000,
    MAX_BOT_FRAME_BYTES: 64_000,
    MAX_CLIENT_AUDIO_SPEED: 2,
    MAX_CLIENT_TEXT_PER_SECOND: 50,
    MAX_DECIMALS: 9,
    MAX_FRACTION_DIGITS: 3,
    MAX_FRAME_MS: 1000,
    MAX_HEADER_CHARS: 8192,
    MAX_INTEGER: 999_999_999_999_999,
    MAX_INTEGER_DIGITS: 15,
    MAX_LEARNED: 32,
    MAX_LEARNED_CHARS: 4096,
    MAX_PLAIN_NAME_LENGTH: 12,
    MAX_RUN_MS: 5000,
    MAX_SHOWN_CHARS: 300,
    MAX_SIGNATURE_AGE_SECONDS: 10,
    MAX_TEXT_CHARS: 65_535,
    MAX_WHOLE_DIGITS: 12,
    SERVER_MAX_PAYLOAD_BYTES: 262_144,
    'SERVER_TIMERS.closeMs': 5000,
    'SERVER_TIMERS.openMs': 10_000,
    'SERVER_TIMERS.silenceMs': 20_000,
    'SERVER_TIMERS.socketMs': 5000,
    'SERVER_TIMERS.upgradeHeadersMs': 10_000,
  },
  rows: [
    {
      bound: 'MAX_PLAIN_NAME_LENGTH',
      holds: 'a longer part of a query without a value is masked',
      drive(limit) {
        const name = 'n'.repeat(limit);
        expect(withoutSecrets(`/a?${name}`)).toBe(`/a?${name}`);
        expect(withoutSecrets(`/a?${name}n`)).toBe('/a?***');
      },
    },
    {
      bound: 'MAX_SHOWN_CHARS',
      holds: 'no more of the body of a refusal is told',
      drive(limit) {
        for (const body of ['a'.repeat(20_000), JSON.stringify('a'.repeat(20_000))]) {
          expect(messageOfBody(body)).toContain('a'.repeat(limit));
          expect(messageOfBody(body)).not.toContain('a'.repeat(limit + 1));
        }
      },
    },
    {
      bound: 'MAX_LEARNED',
      holds:
        'of the secrets found in texts, so many are also masked in later ones; all where they were found',
      drive(limit) {
        const { text } = createRedactor();
        const secrets = Array.from({ length: limit + 1 }, (_, index) => `secret-number-${index}-`);
        for (const secret of secrets) expect(text(`/?token=${secret}`)).toBe('/?token=se***');
        const later = secrets.map((secret) => text(secret));
        expect(later.filter((shown) => shown === 'se***')).toHaveLength(limit);
        expect(later.at(-1)).toBe(secrets.at(-1));
      },
    },
    {
      bound: 'MAX_LEARNED_CHARS',
      holds: 'a longer secret in a text is masked there, and not sought in later ones',
      drive(limit) {
        const { text } = createRedactor();
        const [longest, longer] = ['a'.repeat(limit), 'b'.repeat(limit + 1)];
        for (const secret of [longest, longer]) expect(text(`/?token=${secret}`)).toMatch(/=..\*{3}$/);
        expect(text(longest)).toBe('aa***');
        expect(text(longer)).toBe(longer);
      },
    },
    {
      bound: 'MAX_TEXT_CHARS',
      holds: 'a longer text is refused on both sides, unread; one of this length is read',
      drive(limit) {
        for (const decode of [decodeClientMessage, decodeServerMessage]) {
          expect(decode(`"${'x'.repeat(limit - 2)}"`)).toMatchObject({
            fault: { code: expect.not.stringMatching('too-long') },
          });
          expect(decode(`"${'x'.repeat(limit - 1)}"`)).toMatchObject({ fault: { code: 'too-long' } });
        }
      },
    },
    {
      bound: 'MAX_RUN_MS',
      holds: 'audio that goes on is told in runs of this length',
      drive(limit) {
        const told: WireEvent[] = [];
        const runs = audioRuns((event) => told.push(event));
        for (let t = 0; t <= 3 * limit; t += 100) runs.audio('in', t, new Uint8Array(800));
        expect(told.map((event) => (event.kind === 'audio' ? event.frames : 0))).toEqual(
          Array(3).fill(limit / 100),
        );
      },
    },
    {
      bound: 'MAX_DECIMALS',
      holds: 'a duration has no more decimals, and is asked for no more',
      drive(limit) {
        expect(durationFromNs(1, { minDecimals: limit })).toBe(`PT0.${'1'.padStart(limit, '0')}S`);
        expect(() => durationFromNs(1, { minDecimals: limit + 1 })).toThrow(/minDecimals/);
      },
    },
    {
      bound: 'MAX_HEADER_CHARS',
      holds: 'a longer signature header is not read',
      drive(limit) {
        const read = (chars: number) => () =>
          readSignature((name) =>
            name.startsWith('signature') ? `a="${'x'.repeat(chars - 4)}"` : undefined,
          );
        expect(read(limit)).toThrow(/no list of components/);
        expect(read(limit + 1)).toThrow(new RegExp(`at most ${limit}`));
      },
    },
    {
      bound: 'MAX_INTEGER_DIGITS',
      holds: 'a longer integer is no structured field',
      drive(limit) {
        expect(parseDictionary(`a=${'9'.repeat(limit)}`).size).toBe(1);
        expect(() => parseDictionary(`a=${'9'.repeat(limit + 1)}`)).toThrow();
      },
    },
    {
      bound: 'MAX_WHOLE_DIGITS',
      holds: 'a decimal with more before the point is no structured field',
      drive(limit) {
        expect(parseDictionary(`a=${'9'.repeat(limit)}.5`).size).toBe(1);
        expect(() => parseDictionary(`a=${'9'.repeat(limit + 1)}.5`)).toThrow();
      },
    },
    {
      bound: 'MAX_FRACTION_DIGITS',
      holds: 'a decimal with more behind the point is no structured field',
      drive(limit) {
        expect(parseDictionary(`a=1.${'5'.repeat(limit)}`).size).toBe(1);
        expect(() => parseDictionary(`a=1.${'5'.repeat(limit + 1)}`)).toThrow();
      },
    },
    {
      bound: 'MAX_INTEGER',
      holds: 'a larger integer is not written',
      drive(limit) {
        const write = (value: number) =>
          serializeDictionary(new Map([['a', { value: { type: 'integer', value }, parameters: new Map() }]]));
        expect(write(limit)).toBe(`a=${limit}`);
        expect(() => write(limit + 1)).toThrow();
      },
    },
  ],
  elsewhere: {
    MAX_BOT_FRAME_BYTES: 'packages/client/test/every-bound.test.ts',
    SERVER_MAX_PAYLOAD_BYTES: 'packages/server/test/attack-frames.test.ts',
    CLIENT_MAX_PAYLOAD_BYTES: 'packages/client/test/dial-causes.test.ts',
    MAX_BOT_BUFFER_MS: 'packages/client/test/every-bound.test.ts',
    MAX_CLIENT_TEXT_PER_SECOND: 'packages/server/test/every-bound.test.ts',
    MAX_CLIENT_AUDIO_SPEED: 'packages/server/test/every-bound.test.ts',
    CLIENT_AUDIO_CREDIT_MS: 'packages/server/test/every-bound.test.ts',
    MAX_FRAME_MS: 'packages/client/test/call-api.test.ts',
    MAX_SIGNATURE_AGE_SECONDS: 'packages/protocol/src/signature/verify.test.ts',
    'CLIENT_TIMERS.upgradeMs': 'packages/client/test/timers.test.ts',
    'CLIENT_TIMERS.openedMs': 'packages/client/test/timers.test.ts',
    'CLIENT_TIMERS.firstPingMs': 'packages/client/test/timers.test.ts',
    'CLIENT_TIMERS.pingIntervalMs': 'packages/client/test/timers.test.ts',
    'CLIENT_TIMERS.closedMs': 'packages/client/test/timers.test.ts',
    'CLIENT_TIMERS.closedAfterPongTimeoutMs': 'packages/client/test/timers.test.ts',
    'CLIENT_TIMERS.maxDurationMs': 'packages/client/test/timers.test.ts',
    'SERVER_TIMERS.upgradeHeadersMs': 'packages/server/test/slow-peers-and-floods.test.ts',
    'SERVER_TIMERS.openMs': 'packages/server/test/every-bound.test.ts',
    'SERVER_TIMERS.silenceMs': 'packages/server/test/every-bound.test.ts',
    'SERVER_TIMERS.closeMs': 'packages/server/test/ending.test.ts',
    'SERVER_TIMERS.socketMs': 'packages/server/test/ending.test.ts',
  },
});
