import { readFileSync } from 'node:fs';
import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { describe, expect, it } from 'vitest';
import { hmac } from '../../src/signature/hmac.js';
import {
  decodeSecret,
  headerLookup,
  isInnerList,
  parseList,
  REQUIRED_COMPONENTS,
  serializeMember,
  sign,
  signatureBase,
  verify,
} from '../../src/signature/index.js';

const Vector = Type.Object({
  name: Type.String(),
  secret: Type.String(),
  requestTarget: Type.String(),
  authority: Type.String(),
  input: Type.String(),
  signature: Type.String(),
});
const file: unknown = JSON.parse(readFileSync(new URL('vectors.json', import.meta.url), 'utf8'));
const { vectors } = Value.Parse(Type.Object({ vectors: Type.Array(Vector) }), file);

const IDS = {
  organizationId: 'd7934305-0972-4844-938e-9060eef73d05',
  sessionId: '30b0e395-84d3-4570-ac13-9a62d8f514c0',
  correlationId: 'e160e428-53e2-487c-977d-96989bf5c99d',
  apiKey: 'SGVsbG8sIEkgYW0gdGhlIEFQSSBrZXkh',
};

function read({ input, authority }: (typeof vectors)[number]) {
  const [list] = parseList(input);
  if (list === undefined || !isInnerList(list)) throw new Error('a vector covers a list of components');
  const components = list.items.map(({ value }) => String(value.value));
  const headers = [
    ...['Host', authority, 'X-API-KEY', IDS.apiKey],
    ...['Audiohook-Organization-Id', IDS.organizationId, 'Audiohook-Session-Id', IDS.sessionId],
    ...['Audiohook-Correlation-Id', IDS.correlationId],
    ...['Date', 'Tue, 20 Apr 2021 02:07:55 GMT', 'Content-Type', 'application/json'],
  ];
  return { list, components, headers, number: (name: string) => Number(list.parameters.get(name)?.value) };
}

describe.each(vectors)('the published signature "$name"', (vector) => {
  const { list, components, headers, number } = read(vector);
  const isGenesys = list.parameters.has('nonce');
  const isComplete = REQUIRED_COMPONENTS.every((name) => components.includes(name));

  it('is the HMAC of the base that we build', () => {
    const base = signatureBase(list, { ...vector, headers: headerLookup(headers) });
    expect(Buffer.from(hmac(base, decodeSecret(vector.secret))).toString('base64')).toBe(vector.signature);
    expect(serializeMember(list)).toBe(vector.input);
  });

  if (isGenesys) {
    it('is what we sign', () => {
      const signed = sign({
        ...vector,
        headers: IDS,
        components,
        created: number('created'),
        lifetimeSeconds: number('expires') - number('created'),
        nonce: String(list.parameters.get('nonce')?.value),
      });
      expect(signed.headers).toEqual({
        Signature: `sig1=:${vector.signature}:`,
        'Signature-Input': `sig1=${vector.input}`,
      });
    });
  }

  it(isComplete ? 'is accepted' : 'is refused, since it leaves required components open', () => {
    const signature = ['Signature', `a=:${vector.signature}:`, 'Signature-Input', `a=${vector.input}`];
    const result = verify({
      requestTarget: vector.requestTarget,
      headers: headerLookup([...headers, ...signature]),
      apiKey: IDS.apiKey,
      secrets: [decodeSecret(vector.secret)],
      now: number('created') + 5,
    });
    expect(result.ok).toBe(isComplete);
  });
});
