import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLanguageTag, isUuid, NULL_UUID } from './primitives.js';

describe('isUuid', () => {
  it('accepts versions 1 to 5 in any case', () => {
    fc.assert(
      fc.property(fc.uuid({ version: [1, 2, 3, 4, 5] }), fc.boolean(), (uuid, upper) => {
        expect(isUuid(upper ? uuid.toUpperCase() : uuid)).toBe(true);
      }),
    );
  });

  it('accepts the null UUID', () => {
    expect(isUuid(NULL_UUID)).toBe(true);
  });

  it('refuses later versions, other variants and additional characters', () => {
    fc.assert(fc.property(fc.uuid({ version: [7] }), (uuid) => !isUuid(uuid)));
    const uuid = '30b0e395-84d3-4570-ac13-9a62d8f514c0';
    for (const text of [
      uuid.replace('ac13', 'cc13'),
      ` ${uuid}`,
      `${uuid}\n`,
      `{${uuid}}`,
      uuid.replaceAll('-', ''),
      '',
    ]) {
      expect(isUuid(text)).toBe(false);
    }
  });
});

describe('isLanguageTag', () => {
  it('accepts tags with regions, scripts and variants, in any case', () => {
    for (const tag of ['en', 'en-us', 'es-419', 'zh-Hans-CN', 'sl-rozaj-biske'])
      expect(isLanguageTag(tag)).toBe(true);
  });

  it('refuses other texts', () => {
    for (const text of ['', 'en_US', 'English (US)', 'en-', ' en', 'en-us\n'])
      expect(isLanguageTag(text)).toBe(false);
  });
});
