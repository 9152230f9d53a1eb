import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headerLookup } from './header-lookup.js';
import { hmac } from './hmac.js';
import { type SignOptions, sign } from './sign.js';
import { readSignature } from './signature-input.js';
import { serializeMember } from './structured-field-serializer.js';
import { type VerifyOptions, verify } from './verify.js';

const NOW = 1_641_013_200;
const SECRET = new TextEncoder().encode('MySuperSecretKeyTellNo-1!2@3#4$5');
const IDS = {
  organizationId: 'd7934305-0972-4844-938e-9060eef73d05',
  sessionId: '30b0e395-84d3-4570-ac13-9a62d8f514c0',
  correlationId: 'e160e428-53e2-487c-977d-96989bf5c99d',
  apiKey: 'SGVsbG8sIEkgYW0gdGhlIEFQSSBrZXkh',
};
const URL_DIALLED = 'wss://bot.example.com/v1/bots/mybot?tier=gold';

type Edit = (headers: Map<string, string>) => void;

/** A request as on the wire, after a modification in transit. */
function request(signing: Partial<SignOptions> = {}, edit: Edit = () => {}) {
  const signed = sign({ url: URL_DIALLED, headers: IDS, secret: SECRET, created: NOW, ...signing });
  const headers = new Map([
    ['Host', 'bot.example.com'],
    ['Audiohook-Organization-Id', IDS.organizationId],
    ['Audiohook-Session-Id', IDS.sessionId],
    ['Audiohook-Correlation-Id', IDS.correlationId],
    ['X-API-KEY', IDS.apiKey],
    ...Object.entries(signed.headers),
  ]);
  edit(headers);
  return [...headers].flat();
}

function check(rawHeaders: string[], options: Partial<VerifyOptions> = {}) {
  return verify({
    requestTarget: '/v1/bots/mybot?tier=gold',
    headers: headerLookup(rawHeaders),
    apiKey: IDS.apiKey,
    secrets: [SECRET],
    now: NOW,
    ...options,
  });
}

const replace =
  (name: string, from: string | RegExp, to: string): Edit =>
  (headers) => {
    const before = headers.get(name) ?? '';
    const after = before.replace(from, to);
    if (after === before) throw new Error(`the edit of ${name} changed nothing`);
    headers.set(name, after);
  };

const remove =
  (name: string): Edit =>
  (headers) => {
    if (!headers.delete(name)) throw new Error(`${name} was not there`);
  };

/** Signs any `Signature-Input`, so that only the rule under test can refuse it. */
function signedAgain(input: string, secret = SECRET): string[] {
  const target = '"@request-target": /v1/bots/mybot?tier=gold\n"@authority": bot.example.com\n';
  const ids =
    `"audiohook-organization-id": ${IDS.organizationId}\n"audiohook-session-id": ${IDS.sessionId}\n` +
    `"audiohook-correlation-id": ${IDS.correlationId}\n"x-api-key": ${IDS.apiKey}\n`;
  const signature = Buffer.from(hmac(`${target}${ids}"@signature-params": ${input}`, secret)).toString(
    'base64',
  );
  return request({}, (headers) => {
    headers.set('Signature-Input', `sig1=${input}`);
    headers.set('Signature', `sig1=:${signature}:`);
  });
}
const COVERED =
  '("@request-target" "@authority" "audiohook-organization-id" "audiohook-session-id" "audiohook-correlation-id" "x-api-key")';
const PARAMETERS = `keyid="${IDS.apiKey}";nonce="VGhpc0lzQVVuaXF1ZU5vbmNl";created=${NOW}`;

describe('a signed request', () => {
  it('is accepted, and its key, nonce and time are returned', () => {
    const nonce = 'VGhpc0lzQVVuaXF1ZU5vbmNl';
    expect(check(request({ nonce }))).toEqual({ ok: true, keyid: IDS.apiKey, nonce, created: NOW });
  });

  it('is accepted under any label and with the components in any order', () => {
    const components = [
      'x-api-key',
      'audiohook-correlation-id',
      'audiohook-session-id',
      'audiohook-organization-id',
      '@authority',
      '@request-target',
    ];
    expect(check(request({ label: 'other', components }))).toMatchObject({ ok: true });
  });

  it('is accepted with any of several secrets while they rotate', () => {
    const old = Uint8Array.of(1, 2, 3);
    expect(check(request(), { secrets: [old, SECRET] })).toMatchObject({ ok: true });
    expect(check(request({ secret: old }), { secrets: [SECRET, old] })).toMatchObject({ ok: true });
  });

  it('is accepted without alg and expires, and with an unknown parameter', () => {
    expect(check(signedAgain(`${COVERED};${PARAMETERS}`))).toMatchObject({ ok: true });
    expect(check(signedAgain(`${COVERED};${PARAMETERS};tag="genesys";x=1.0`))).toMatchObject({ ok: true });
  });

  it.each([
    ['BOT.Example.com', 'wss://bot.example.com/'],
    ['bot.example.com:443', 'wss://bot.example.com/'],
    ['bot.example.com:80', 'ws://bot.example.com/'],
    ['bot.example.com:443', 'ws://bot.example.com:443/'],
    ['bot.example.com:8443', 'wss://bot.example.com:8443/'],
    ['[::1]:8080', 'ws://[::1]:8080/'],
  ])('is accepted with Host %s when %s was dialled', (host, url) => {
    const headers = request({ url }, (all) => all.set('Host', host));
    expect(check(headers, { requestTarget: '/' })).toMatchObject({ ok: true });
  });

  it('is accepted behind a proxy that changes Host if the authority is given', () => {
    const headers = request({}, (all) => all.set('Host', 'internal:8080'));
    expect(check(headers)).toMatchObject({ ok: false, code: 'SIGNATURE_MISMATCH' });
    expect(check(headers, { authority: 'bot.example.com' })).toMatchObject({ ok: true });
  });

  it('is verified by its first signature if it has several', () => {
    const other = (headers: Map<string, string>) => {
      headers.set('Signature-Input', `${headers.get('Signature-Input')}, zzz=("@authority");created=1`);
      headers.set('Signature', `zzz=:AAAA:, ${headers.get('Signature')}`);
    };
    expect(check(request({}, other))).toMatchObject({ ok: true });
  });
});

describe('a request is refused', () => {
  const anyInput = (from: string | RegExp, to: string) => request({}, replace('Signature-Input', from, to));

  it.each<[string, string, () => string[]]>([
    [
      'SIGNATURE_UNSIGNED',
      'without both headers',
      () => ['Host', 'bot.example.com', 'X-API-KEY', IDS.apiKey],
    ],
    ['SIGNATURE_MALFORMED', 'without Signature', () => request({}, remove('Signature'))],
    ['SIGNATURE_MALFORMED', 'without Signature-Input', () => request({}, remove('Signature-Input'))],
    ['SIGNATURE_MALFORMED', 'with empty headers', () => ['Signature', '', 'Signature-Input', '']],
    [
      'SIGNATURE_MALFORMED',
      'with a signature under another label',
      () => request({}, replace('Signature', 'sig1', 'sig2')),
    ],
    [
      'SIGNATURE_MALFORMED',
      'with a signature that is a token',
      () => request({}, replace('Signature', /:.*:/, 'abc')),
    ],
    [
      'SIGNATURE_MALFORMED',
      'with a signature in a list',
      () => request({}, replace('Signature', /=:.*/, '=(:AAAA:)')),
    ],
    [
      'SIGNATURE_MALFORMED',
      'with a signature that is not base64',
      () => request({}, replace('Signature', /:.*:/, ':?:')),
    ],
    [
      'SIGNATURE_MALFORMED',
      'with components outside parentheses',
      () => anyInput(/=\(.*?\)/, '="x-api-key"'),
    ],
    ['SIGNATURE_MALFORMED', 'with a component that is a token', () => anyInput('"x-api-key"', 'x-api-key')],
    [
      'SIGNATURE_MALFORMED',
      'with a component twice',
      () => anyInput('"x-api-key"', '"x-api-key" "x-api-key"'),
    ],
    ['SIGNATURE_MALFORMED', 'without created', () => anyInput(/;created=\d+/, '')],
    ['SIGNATURE_MALFORMED', 'with a decimal created', () => anyInput(/(;created=\d+)/, '$1.5')],
    ['SIGNATURE_MALFORMED', 'with created as a string', () => anyInput(/created=(\d+)/, 'created="$1"')],
    ['SIGNATURE_MALFORMED', 'with expires as a token', () => anyInput(/expires=\d+/, 'expires=never')],
    ['SIGNATURE_MALFORMED', 'without keyid', () => anyInput(/;keyid="[^"]*"/, '')],
    ['SIGNATURE_MALFORMED', 'without nonce', () => anyInput(/;nonce="[^"]*"/, '')],
    ['SIGNATURE_MALFORMED', 'with a nonce that is bytes', () => anyInput(/nonce="[^"]*"/, 'nonce=:AAAA:')],
    [
      'SIGNATURE_MALFORMED',
      'with a header of 10,000 characters',
      () => anyInput(/$/, `;x="${'a'.repeat(10_000)}"`),
    ],
    ['SIGNATURE_UNSUPPORTED', 'with another algorithm', () => anyInput('hmac-sha256', 'ed25519')],
    [
      'SIGNATURE_UNSUPPORTED',
      'with a parameter on a component',
      () => anyInput('"x-api-key"', '"x-api-key";bs'),
    ],
    [
      'SIGNATURE_UNSUPPORTED',
      'with a derived component of its own',
      () => anyInput('("@r', '("@method" "@r'),
    ],
    ['SIGNATURE_KEYID_MISMATCH', 'with another keyid', () => anyInput(/keyid="[^"]*"/, 'keyid="other"')],
    ['SIGNATURE_KEYID_MISMATCH', 'with a second X-API-KEY', () => [...request(), 'x-api-key', 'other']],
    ['SIGNATURE_NONCE_TOO_SHORT', 'with 21 characters of nonce', () => request({ nonce: 'n'.repeat(21) })],
    [
      'SIGNATURE_MISSING_COMPONENT',
      'with a covered header it does not carry',
      () => anyInput('("@r', '("x-none" "@r'),
    ],
    ['SIGNATURE_MISSING_COMPONENT', 'without Host', () => request({}, remove('Host'))],
    [
      'SIGNATURE_MISSING_COMPONENT',
      'without the session header',
      () => request({}, remove('Audiohook-Session-Id')),
    ],
    [
      'SIGNATURE_MISMATCH',
      'with a changed session',
      () => request({}, replace('Audiohook-Session-Id', '30', '31')),
    ],
    ['SIGNATURE_MISMATCH', 'with a changed nonce', () => anyInput(/nonce="./, 'nonce="#')],
    ['SIGNATURE_MISMATCH', 'with later times', () => anyInput(/expires=\d/, 'expires=2')],
    ['SIGNATURE_MISMATCH', 'with a second Host', () => [...request(), 'host', 'evil.example']],
    ['SIGNATURE_MISMATCH', 'with an empty signature', () => request({}, replace('Signature', /:.*:/, '::'))],
    [
      'SIGNATURE_MISMATCH',
      'with 31 bytes of signature',
      () => request({}, replace('Signature', /:.*:/, `:${'A'.repeat(42)}:`)),
    ],
    [
      'SIGNATURE_MISMATCH',
      'with 33 bytes of signature',
      () => request({}, replace('Signature', /:.*:/, `:${'A'.repeat(44)}:`)),
    ],
    ['SIGNATURE_MISMATCH', 'signed with another secret', () => request({ secret: 'AAAA' })],
  ])('as %s %s', (code, _how, headers) => {
    expect(check(headers())).toMatchObject({ ok: false, code });
  });

  it.each([
    '@request-target',
    '@authority',
    'audiohook-organization-id',
    'audiohook-session-id',
    'audiohook-correlation-id',
    'x-api-key',
  ])('as missing-component if it does not cover %s, although the rest matches', (left) => {
    const components = COVERED.slice(2, -2)
      .split('" "')
      .filter((name) => name !== left);
    expect(check(request({ components }))).toEqual({
      ok: false,
      code: 'SIGNATURE_MISSING_COMPONENT',
      reason: `the signature does not cover "${left}"`,
    });
  });

  it('as mismatch if path or query were changed in transit, without revealing the query', () => {
    const result = check(request(), { requestTarget: '/v1/bots/mybot?tier=silver' });
    expect(result).toMatchObject({
      ok: false,
      code: 'SIGNATURE_MISMATCH',
      reason: expect.stringContaining('/v1/bots/mybot?…'),
    });
    expect(result).toMatchObject({ reason: expect.not.stringContaining('silver') });
    expect(check(request(), { requestTarget: '/v1/bots/mybot' })).toMatchObject({
      code: 'SIGNATURE_MISMATCH',
    });
  });

  it('as mismatch if the key is unknown, with the same text as for a wrong secret', () => {
    const wrongSecret = check(request({ secret: 'AAAA' }));
    expect(check(request(), { secrets: [] })).toEqual(wrongSecret);
  });

  it('if it is signed with an empty secret, for any secrets', () => {
    const empty = new Uint8Array(0);
    const forged = signedAgain(`${COVERED};${PARAMETERS}`, empty);
    for (const secrets of [[], [empty], [empty, SECRET]]) {
      expect(check(forged, { secrets })).toMatchObject({ ok: false, code: 'SIGNATURE_MISMATCH' });
    }
  });

  it.each<[string, string, string, Edit]>([
    [
      'the host',
      'host "evil\\u009b31m\\u202e\\u2028"',
      '/',
      (headers) => headers.set('Host', 'evil\u009b31m\u202e\u2028'),
    ],
    ['the path', 'path "/a\\u007f\\u0085b"', '/a\u007f\u0085b', () => {}],
    [
      'a character of a header',
      'found "\\u009b"',
      '/',
      (headers) => headers.set('Signature-Input', 'sig1=\u009b'),
    ],
    [
      'a long label',
      `"${'a'.repeat(200)}"… is no list`,
      '/',
      (headers) => headers.set('Signature-Input', `${'a'.repeat(8000)}=1`),
    ],
  ])(
    'with a reason that is safe in a terminal and a log, whatever %s contains',
    (_, shown, requestTarget, edit) => {
      const result = check(request({}, edit), { requestTarget });
      expect(result).toMatchObject({ ok: false, reason: expect.stringContaining(shown) });
      expect(JSON.stringify(result)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    },
  );

  it('without showing the secret or the API key', () => {
    const refusals = [
      check(request({ secret: 'AAAA' })),
      check(anyInput(/keyid="[^"]*"/, 'keyid="other"')),
      check(request(), { now: NOW + 100 }),
      check(request({}, remove('Signature'))),
    ];
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ ok: false });
      expect(JSON.stringify(refusal)).not.toMatch(/MySuper|TXlTdXBl|SGVsbG8/);
    }
  });
});

describe('the clock', () => {
  it.each<[number, string]>([
    [14, 'SIGNATURE_STALE'],
    [13, 'ok'],
    [0, 'ok'],
    [-3, 'ok'],
    [-4, 'SIGNATURE_FUTURE'],
  ])('with a signature of age %i s gives %s', (age, answer) => {
    const result = check(request({ created: NOW - age, lifetimeSeconds: 1000 }));
    expect(result.ok ? 'ok' : result.code).toBe(answer);
  });

  it.each<[number, string]>([
    [3, 'ok'],
    [4, 'SIGNATURE_EXPIRED'],
  ])('with a signature that expired %i s ago gives %s', (past, answer) => {
    const result = check(request({ created: NOW - 5, lifetimeSeconds: 5 - past }));
    expect(result.ok ? 'ok' : result.code).toBe(answer);
  });

  it('is reported in the reason, with the limit', () => {
    expect(check(request({ created: NOW - 3600 }))).toMatchObject({
      reason: expect.stringMatching(/created is 3600 s before .* 10 s plus 3 s of skew/),
    });
    expect(check(request({ created: NOW + 61 }))).toMatchObject({
      reason: expect.stringMatching(/created is 61 s ahead .* 3 s of skew/),
    });
    expect(check(request(), { now: NOW + 13.4 })).toMatchObject({
      reason: expect.stringContaining('created is 14 s before'),
    });
  });

  it('can have other limits', () => {
    const old = request({ created: NOW - 60, lifetimeSeconds: 1000 });
    expect(check(old, { maxAgeSeconds: 60, skewSeconds: 0 })).toMatchObject({ ok: true });
    expect(check(old, { maxAgeSeconds: 59, skewSeconds: 0 })).toMatchObject({ code: 'SIGNATURE_STALE' });
  });

  it('refuses an unknown time', () => {
    expect(check(request(), { now: Number.NaN })).toMatchObject({ ok: false });
  });
});

describe('any request', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: fc.constantFrom(...'sig1=("@authority")x-api-key;:,? \t\r\n\\'), maxLength: 60 }),
  );

  it('gives a result and never throws, for any headers', () => {
    fc.assert(
      fc.property(text, text, text, text, (input, signature, host, key) => {
        const headers = headerLookup([
          'Signature-Input',
          input,
          'Signature',
          signature,
          'Host',
          host,
          'X-API-KEY',
          key,
        ]);
        expect(check([], { headers, apiKey: key }).ok).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it('is refused after any change of the signature headers that changes their meaning', () => {
    const original = request();
    fc.assert(
      fc.property(
        fc.nat(),
        fc.boolean(),
        fc.string({ unit: 'binary-ascii', minLength: 0, maxLength: 2 }),
        (at, which, put) => {
          const name = which ? 'Signature' : 'Signature-Input';
          const index = original.indexOf(name) + 1;
          const before = original[index]!;
          const position = at % before.length;
          const after = before.slice(0, position) + put + before.slice(position + 1);
          const changed = original.with(index, after);
          const result = check(changed);
          if (result.ok) expect(meaning(changed)).toEqual(meaning(original));
        },
      ),
      { numRuns: 2000 },
    );
  });

  /** The meaning of the headers, independent of their notation. */
  function meaning(rawHeaders: string[]): unknown {
    const { input, signature } = readSignature(headerLookup(rawHeaders));
    return [serializeMember(input), Buffer.from(signature).toString('hex')];
  }
});
