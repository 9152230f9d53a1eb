import type * as signature from '@hookline/protocol/signature';
import { silentLogger, VirtualClock } from '@hookline/runtime';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { dialHeaders } from '../testing/index.js';
import type { KeyEntry } from './auth-options.js';
import { Authenticator, PEER_GONE } from './authenticator.js';

const compared: number[] = [];

vi.mock('@hookline/protocol/signature', async (importOriginal) => {
  const original = await importOriginal<typeof signature>();
  const verify: typeof original.verify = (options) => {
    compared.push(options.secrets.length);
    return original.verify(options);
  };
  return { ...original, verify };
});

afterEach(() => {
  compared.length = 0;
});

const SECRET = 'TXlTdXBlclNlY3JldEtleVRlbGxOby0xITJAMyM0JDU=';
const OTHER = 'b3RoZXIgc2VjcmV0IG9mIDMyIGJ5dGVzIGxlbmd0aCE=';

/** There is always a place. */
const keep = () => undefined;

function request(clock: VirtualClock, secret: string) {
  const headers = new Map(
    Object.entries(dialHeaders({ clock, secret })).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return { url: '/', header: (name: string) => headers.get(name) };
}

describe('Authenticator', () => {
  it.each<[string, KeyEntry | undefined]>([
    ['an unknown key', undefined],
    ['a key with one secret', OTHER],
    ['a key with two', [OTHER, OTHER]],
    ['a key with four', [OTHER, OTHER, OTHER, OTHER]],
  ])('does the same amount of work to refuse a signature with %s', async (_, entry) => {
    const clock = new VirtualClock();
    const authenticator = new Authenticator({ auth: () => entry }, clock, silentLogger);
    const answer = await authenticator.authenticate(
      request(clock, SECRET),
      () => new AbortController().signal,
      keep,
    );
    expect(answer).toMatchObject({ ok: false, kind: 'denied' });
    expect(compared).toEqual([4]);
  });

  it('takes a record of very many keys', () => {
    const auth = Object.fromEntries(Array.from({ length: 200_000 }, (_, nth) => [`key-${nth}`, null]));
    expect(() => new Authenticator({ auth }, new VirtualClock(), silentLogger)).not.toThrow();
  });

  it.each<[string, Record<string, KeyEntry>, number]>([
    ['an unknown key', { other: OTHER }, 1],
    ['an unknown key, while another is replaced', { other: [OTHER, OTHER] }, 2],
    ['a key with one secret, while another is replaced', { 'test-key': OTHER, other: [OTHER, OTHER] }, 2],
    ['a key that is replaced', { 'test-key': [OTHER, OTHER], other: OTHER }, 2],
    ['the only key with a secret', { 'test-key': OTHER, other: { unsigned: true } }, 1],
    ['an unknown key, when no other is signed', { other: { unsigned: true } }, 1],
  ])('compares a signature with as many secrets as any key of a record has: %s', async (_, auth, count) => {
    const clock = new VirtualClock();
    const authenticator = new Authenticator({ auth }, clock, silentLogger);
    const answer = await authenticator.authenticate(
      request(clock, SECRET),
      () => new AbortController().signal,
      keep,
    );
    expect(answer).toMatchObject({ ok: false, kind: 'denied' });
    expect(compared).toEqual([count]);
  });

  it('finds the matching one of many secrets', async () => {
    const clock = new VirtualClock();
    const auth = { 'test-key': [OTHER, OTHER, OTHER, OTHER, OTHER, SECRET] };
    const authenticator = new Authenticator({ auth }, clock, silentLogger);
    expect(
      await authenticator.authenticate(request(clock, SECRET), () => new AbortController().signal, keep),
    ).toMatchObject({ ok: true });
  });

  it.each([PEER_GONE, new Error('too late')])(
    'gives up when it is told to, before and while it waits',
    async (why) => {
      const clock = new VirtualClock();
      const check = new AbortController();
      const authenticator = new Authenticator({ auth: () => new Promise(() => {}) }, clock, silentLogger);
      const answer = authenticator.authenticate(request(clock, SECRET), () => check.signal, keep);
      check.abort(why);
      expect(await answer).toMatchObject({ ok: false, kind: 'unavailable' });
      expect(
        await authenticator.authenticate(request(clock, SECRET), () => check.signal, keep),
      ).toMatchObject({
        ok: false,
      });
      expect(compared).toEqual([]);
    },
  );

  it.each([null, 7, '', {}, []])('is not made with an authority of %o', (authority) => {
    expect(
      () =>
        new Authenticator(
          { auth: { key: SECRET }, authority: authority as unknown as string },
          new VirtualClock(),
          silentLogger,
        ),
    ).toThrow(
      expect.objectContaining({
        code: 'SERVER_BAD_OPTION',
        message: expect.stringMatching(/^createBot: authority is /),
      }),
    );
  });

  it.each([null, 7, {}, { remember: true }])('is not made with nonces of %o', (nonces) => {
    expect(
      () =>
        new Authenticator(
          { auth: { key: SECRET }, nonces: nonces as never },
          new VirtualClock(),
          silentLogger,
        ),
    ).toThrow(
      expect.objectContaining({ code: 'SERVER_BAD_OPTION', message: expect.stringMatching(/remember/) }),
    );
  });
});
