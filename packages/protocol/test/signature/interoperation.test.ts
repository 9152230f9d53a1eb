import { createSigner, createVerifier, httpbis } from 'http-message-signatures';
import { expect, it } from 'vitest';
import { decodeSecret, headerLookup, REQUIRED_COMPONENTS, sign, verify } from '../../src/signature/index.js';

const SECRET = decodeSecret('TXlTdXBlclNlY3JldEtleVRlbGxOby0xITJAMyM0JDU=');
const URL_DIALLED = 'https://bot.example.com:8443/v1/bots/mybot?tier=gold';
const API_KEY = 'SGVsbG8sIEkgYW0gdGhlIEFQSSBrZXkh';
const CREATED = 1_641_013_200;
/** The other implementation reads the clock itself, so what it verifies must not expire. */
const A_CENTURY = 100 * 365 * 24 * 3600;
const HEADERS = {
  'Audiohook-Organization-Id': 'd7934305-0972-4844-938e-9060eef73d05',
  'Audiohook-Session-Id': '30b0e395-84d3-4570-ac13-9a62d8f514c0',
  'Audiohook-Correlation-Id': 'e160e428-53e2-487c-977d-96989bf5c99d',
  'X-API-KEY': API_KEY,
};

const signedByUs = () =>
  sign({
    url: URL_DIALLED,
    headers: {
      organizationId: HEADERS['Audiohook-Organization-Id'],
      sessionId: HEADERS['Audiohook-Session-Id'],
      correlationId: HEADERS['Audiohook-Correlation-Id'],
      apiKey: API_KEY,
    },
    secret: SECRET,
    created: CREATED,
    lifetimeSeconds: A_CENTURY,
  }).headers;

const verifiedByOther = (headers: Record<string, string>) =>
  httpbis.verifyMessage(
    {
      keyLookup: async () => ({
        id: API_KEY,
        algs: ['hmac-sha256'],
        verify: createVerifier(Buffer.from(SECRET), 'hmac-sha256'),
      }),
      requiredFields: [...REQUIRED_COMPONENTS],
      requiredParams: ['keyid', 'nonce', 'alg', 'created', 'expires'],
    },
    { method: 'GET', url: URL_DIALLED, headers },
  );

it('creates signatures that an independent implementation verifies', async () => {
  await expect(verifiedByOther({ ...HEADERS, ...signedByUs() })).resolves.toBe(true);
});

it('creates signatures with which an independent implementation detects a change', async () => {
  const changed = { ...HEADERS, ...signedByUs(), 'Audiohook-Session-Id': 'other' };
  await expect(verifiedByOther(changed)).resolves.toBe(false);
});

it('verifies signatures of an independent implementation, and detects a change', async () => {
  const signed = await httpbis.signMessage(
    {
      key: createSigner(Buffer.from(SECRET), 'hmac-sha256', API_KEY),
      name: 'theirs',
      fields: [...REQUIRED_COMPONENTS],
      params: ['created', 'alg', 'nonce', 'keyid', 'expires'],
      paramValues: { created: new Date(CREATED * 1000), nonce: 'n'.repeat(22) },
    },
    { method: 'GET', url: URL_DIALLED, headers: HEADERS },
  );
  const raw = Object.entries({ Host: 'bot.example.com:8443', ...signed.headers }).flatMap(([name, value]) => [
    name,
    String(value),
  ]);
  const check = (requestTarget: string) =>
    verify({ requestTarget, headers: headerLookup(raw), apiKey: API_KEY, secrets: [SECRET], now: CREATED });
  expect(check('/v1/bots/mybot?tier=gold')).toMatchObject({ ok: true, nonce: 'n'.repeat(22) });
  expect(check('/v1/bots/mybot')).toMatchObject({ ok: false, code: 'SIGNATURE_MISMATCH' });
});
