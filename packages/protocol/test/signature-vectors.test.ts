import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  decodeSecret,
  headerLookup,
  isInnerList,
  parseDictionary,
  sign,
  signatureBase,
  verify,
} from '../src/signature/index.js';
import vectors from '../vectors/signatures.json' with { type: 'json' };

const verdict = (request: (typeof vectors.accept)[number]) =>
  verify({
    requestTarget: request.target,
    headers: headerLookup(request.headers.flat()),
    apiKey: request.apiKey,
    secrets: request.secrets.map(decodeSecret),
    now: request.now,
  });

describe('the signature vectors', () => {
  it('are signed by us to the same text and bytes', () => {
    const known = vectors.known[0]!;
    const header = (name: string) => headerLookup(known.headers.flat())(name) ?? '';
    const signed = sign({
      requestTarget: known.target,
      authority: known.authority,
      headers: {
        organizationId: header('audiohook-organization-id'),
        sessionId: header('audiohook-session-id'),
        correlationId: header('audiohook-correlation-id'),
        apiKey: header('x-api-key'),
      },
      secret: known.secret,
      created: 1_641_013_200,
      nonce: 'VGhpc0lzQVVuaXF1ZU5vbmNl',
    });
    expect(signed.base).toBe(known.base);
    expect(signed.headers).toEqual({
      Signature: `sig1=:${known.signature}:`,
      'Signature-Input': `sig1=${known.input}`,
    });
  });

  it.each(vectors.known)('have the text to sign of $name', (known) => {
    const input = parseDictionary(`sig1=${known.input}`).get('sig1');
    if (!input || !isInnerList(input)) throw new Error('no list of components');
    const headers = headerLookup(known.headers.flat());
    const base = signatureBase(input, { requestTarget: known.target, authority: known.authority, headers });
    expect(base).toBe(known.base);
    const key = decodeSecret(known.secret);
    expect(createHmac('sha256', key).update(base).digest('base64')).toBe(known.signature);
  });

  it.each(vectors.accept)('accept $name', (request) => {
    expect(verdict(request)).toMatchObject({ ok: true, keyid: request.apiKey });
  });

  it.each(vectors.reject)('reject $name as $code', (request) => {
    const reason = expect.stringMatching(/.{20}/);
    expect(verdict(request)).toMatchObject({ ok: false, code: request.code, reason });
  });

  it('never tell a secret or the API key', () => {
    for (const request of vectors.reject) {
      const result = verdict(request);
      if (!result.ok) expect(result.reason).not.toMatch(/TXlTdXBlc|MySuper|SGVsbG8/);
    }
  });
});
