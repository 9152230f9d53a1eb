import { describe, expect, it } from 'vitest';
import { sign } from './sign.js';
import { isInnerList } from './structured-field.js';
import { parseDictionary } from './structured-field-parser.js';

const OPTIONS = {
  url: 'wss://bot.example.com/v1/bots/mybot?tier=gold',
  headers: { organizationId: 'org', sessionId: 'session', correlationId: 'correlation', apiKey: 'key' },
  secret: 'U2VjcmV0MQ==',
  created: 1_641_013_200,
} as const;

describe('sign', () => {
  it('writes the components and parameters in the order of Genesys Cloud, expires 10 s after created, and nothing else', () => {
    const { headers } = sign({ ...OPTIONS, nonce: 'n' });
    expect(headers['Signature-Input']).toBe(
      'sig1=("@request-target" "audiohook-session-id" "audiohook-organization-id" "audiohook-correlation-id" ' +
        '"x-api-key" "@authority");created=1641013200;expires=1641013210;keyid="key";nonce="n";alg="hmac-sha256"',
    );
    expect(headers.Signature).toMatch(/^sig1=:[A-Za-z0-9+/]{43}=:$/);
  });

  it('accepts a lifetime of 0', () => {
    const { headers } = sign({ ...OPTIONS, lifetimeSeconds: 0 });
    expect(headers['Signature-Input']).toContain(';created=1641013200;expires=1641013200;');
  });

  it('returns the signed base', () => {
    expect(sign({ ...OPTIONS, nonce: 'n' }).base).toBe(
      [
        '"@request-target": /v1/bots/mybot?tier=gold',
        '"audiohook-session-id": session',
        '"audiohook-organization-id": org',
        '"audiohook-correlation-id": correlation',
        '"x-api-key": key',
        '"@authority": bot.example.com',
        '"@signature-params": ("@request-target" "audiohook-session-id" "audiohook-organization-id" ' +
          '"audiohook-correlation-id" "x-api-key" "@authority");created=1641013200;expires=1641013210;keyid="key";' +
          'nonce="n";alg="hmac-sha256"',
      ].join('\n'),
    );
  });

  it('writes the given components, parameters, lifetime and label, and omits other parameters', () => {
    const { headers } = sign({
      ...OPTIONS,
      nonce: 'n',
      components: ['x-api-key', '@authority'],
      parameters: ['alg', 'keyid', 'nonce', 'expires'],
      lifetimeSeconds: 60,
      label: 'other',
    });
    expect(headers['Signature-Input']).toBe(
      'other=("x-api-key" "@authority");alg="hmac-sha256";keyid="key";nonce="n";expires=1641013260',
    );
  });

  it('generates a new nonce of 24 characters each time', () => {
    const nonces = Array.from({ length: 20 }, () => {
      const input = parseDictionary(sign(OPTIONS).headers['Signature-Input']).get('sig1');
      return input && isInnerList(input) ? input.parameters.get('nonce')?.value : undefined;
    });
    expect(new Set(nonces).size).toBe(20);
    expect(nonces[0]).toMatch(/^[A-Za-z0-9+/]{24}$/);
  });

  it.each([
    ['wss://Bot.Example.com:443', '/', 'bot.example.com'],
    ['ws://127.0.0.1:80/a#part', '/a', '127.0.0.1'],
    ['ws://localhost:8080/a/b?c=%20d', '/a/b?c=%20d', 'localhost:8080'],
  ])('uses the target and authority of %s as on the wire', (url, target, authority) => {
    expect(sign({ ...OPTIONS, url }).base.split('\n')).toEqual(
      expect.arrayContaining([`"@request-target": ${target}`, `"@authority": ${authority}`]),
    );
  });

  it('refuses a secret that is not base64', () => {
    expect(() => sign({ ...OPTIONS, secret: 'not base64' })).toThrow(
      expect.objectContaining({ code: 'SECRET_INVALID' }),
    );
  });

  it('refuses an API key that is not a valid header value', () => {
    const headers = { ...OPTIONS.headers, apiKey: 'schlüssel' };
    expect(() => sign({ ...OPTIONS, headers })).toThrow(expect.objectContaining({ code: 'FIELD_MALFORMED' }));
  });

  it('refuses a time that is not a whole second', () => {
    expect(() => sign({ ...OPTIONS, created: 1.5 })).toThrow(/1\.5/);
  });

  it('refuses to cover an unknown header', () => {
    expect(() => sign({ ...OPTIONS, components: ['date'] })).toThrow(
      expect.objectContaining({ code: 'SIGNATURE_MISSING_COMPONENT' }),
    );
  });
});
