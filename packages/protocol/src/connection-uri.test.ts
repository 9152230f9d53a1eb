import { describe, expect, it } from 'vitest';
import { verifies } from '#verifies';
import vectors from '../vectors/uris.json' with { type: 'json' };
import { joinConnectionUri, type UriJoin } from './connection-uri.js';

describe('joinConnectionUri', () => {
  it.each(vectors.accept)(
    'joins $base and "$connectorId" ($join) to $url',
    ({ base, connectorId, join, url }) => {
      expect(joinConnectionUri(base, connectorId, join as UriJoin)).toBe(url);
    },
  );

  it.each(vectors.reject)('refuses "$connectorId" after $base ($join)', ({ base, connectorId, join }) => {
    expect(() => joinConnectionUri(base, connectorId, join as UriJoin)).toThrow(
      expect.objectContaining({ code: 'BASE_URI_HAS_QUERY', message: expect.stringContaining(base) }),
    );
  });

  it(verifies('AC-CONN-2', 'puts one slash between unless told otherwise'), () => {
    expect(joinConnectionUri('wss://bots.example/v1', 'book')).toBe('wss://bots.example/v1/book');
    expect(joinConnectionUri('wss://bots.example/v1//', '//book')).toBe('wss://bots.example/v1/book');
  });
});
