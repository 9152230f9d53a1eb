import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  decodeSecret,
  headerLookup,
  REQUIRED_COMPONENTS,
  SIGNATURE_PARAMETERS,
  type SignatureParameter,
  sign,
  verify,
} from '../../src/signature/index.js';
import { signatureBase } from '../../src/signature/signature-base.js';
import { type InnerList, isInnerList } from '../../src/signature/structured-field.js';
import { parseDictionary } from '../../src/signature/structured-field-parser.js';
import { serializeMember } from '../../src/signature/structured-field-serializer.js';
import vectors from '../../vectors/signatures.json' with { type: 'json' };

type Known = (typeof vectors.known)[number];

/** The components and parameters of a known signature. */
function listOf({ input }: Known): InnerList {
  const list = parseDictionary(`sig1=${input}`).get('sig1');
  if (!list || !isInnerList(list)) throw new Error(`no list of components: ${input}`);
  return list;
}

const isParameter = (name: string): name is SignatureParameter =>
  SIGNATURE_PARAMETERS.some((known) => known === name);

const componentsOf = (known: Known) => listOf(known).items.map(({ value }) => String(value.value));

const verdict = (request: (typeof vectors.accept)[number]) =>
  verify({
    requestTarget: request.target,
    headers: headerLookup(request.headers.flat()),
    apiKey: request.apiKey,
    secrets: request.secrets.map(decodeSecret),
    now: request.now,
  });

describe('the signature vectors', () => {
  it.each(vectors.known)('contain the text to sign of $name, which results in the signature', (known) => {
    const base = signatureBase(listOf(known), {
      requestTarget: known.target,
      authority: known.authority,
      headers: headerLookup(known.headers.flat()),
    });
    expect(base).toBe(known.base);
    const key = decodeSecret(known.secret);
    expect(createHmac('sha256', key).update(base).digest('base64')).toBe(known.signature);
    expect(serializeMember(listOf(known))).toBe(known.input);
  });

  it.each(vectors.known.filter(({ input }) => input.includes(';nonce=')))(
    'are reproduced by sign(): $name',
    (known) => {
      const list = listOf(known);
      const header = (name: string) => headerLookup(known.headers.flat())(name) ?? '';
      const number = (name: string) => Number(list.parameters.get(name)?.value);
      const signed = sign({
        requestTarget: known.target,
        authority: known.authority,
        headers: {
          organizationId: header('audiohook-organization-id'),
          sessionId: header('audiohook-session-id'),
          correlationId: header('audiohook-correlation-id'),
          apiKey: header('x-api-key'),
        },
        components: componentsOf(known),
        parameters: [...list.parameters.keys()].filter(isParameter),
        secret: known.secret,
        created: number('created'),
        lifetimeSeconds: number('expires') - number('created'),
        nonce: String(list.parameters.get('nonce')?.value),
      });
      expect(signed.base).toBe(known.base);
      expect(signed.headers).toEqual({
        Signature: `sig1=:${known.signature}:`,
        'Signature-Input': `sig1=${known.input}`,
      });
    },
  );

  it('contain a captured request of Genesys Cloud, which sign() reproduces byte for byte with its defaults', () => {
    const captured = vectors.known[0]!;
    expect(captured.name).toBe('a request of Genesys Cloud, as it was captured');
    const signed = sign({
      url: `wss://${captured.authority}${captured.target}`,
      headers: {
        organizationId: '22352111-6076-492a-8163-514a00723975',
        sessionId: '386dc26f-6d1d-4cf0-b153-93c43f540874',
        correlationId: '386dc26f-6d1d-4cf0-b153-93c43f540874',
        apiKey: 'SGVsbG8sIEkgYW0gdGhlIEFQSSBrZXkh',
      },
      secret: captured.secret,
      created: 1_744_210_396,
      nonce: '9qAwwlMvkHqzxf0DoOOXVvNe',
    });
    expect(signed.headers).toEqual({
      'Signature-Input': `sig1=${captured.input}`,
      Signature: 'sig1=:Y6jeGihkrFCi3XwNcwQzw1TeDurpB4bZsMAT6KUiGj4=:',
    });
  });

  it.each(vectors.known)('are accepted only with all six components: $name', (known) => {
    const signature = ['Signature', `a=:${known.signature}:`, 'Signature-Input', `a=${known.input}`];
    const headers = headerLookup([...known.headers.flat(), ...signature]);
    const result = verify({
      requestTarget: known.target,
      headers,
      apiKey: headers('x-api-key') ?? '',
      secrets: [decodeSecret(known.secret)],
      now: Number(listOf(known).parameters.get('created')?.value) + 5,
    });
    const covered = componentsOf(known);
    expect(result.ok).toBe(REQUIRED_COMPONENTS.every((name) => covered.includes(name)));
  });

  it.each(vectors.accept)('accept $name', (request) => {
    expect(verdict(request)).toMatchObject({ ok: true, keyid: request.apiKey });
  });

  it.each(vectors.reject)('reject $name as $code', (request) => {
    const reason = expect.stringMatching(/.{20}/);
    expect(verdict(request)).toMatchObject({ ok: false, code: request.code, reason });
  });

  it('never reveal a secret or the API key', () => {
    for (const request of vectors.reject) {
      const result = verdict(request);
      if (!result.ok) expect(result.reason).not.toMatch(/TXlTdXBlc|MySuper|SGVsbG8/);
    }
  });
});
