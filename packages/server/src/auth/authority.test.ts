import { describe, expect, it } from 'vitest';
import { authorityOf, checkAuthority } from './authority.js';

const REQUEST = { url: '/', header: () => undefined };

describe('the authority', () => {
  it.each([
    ['', 'the string ""'],
    [null, 'null'],
    [7, '7'],
    [{}, 'an object'],
  ])('is refused as an option when it is %j, as %s', (authority, named) => {
    expect(() => checkAuthority(authority)).toThrow(`authority is ${named}; expected a host`);
  });

  it.each([
    'https://bot.example.com',
    'bot.example.com/',
    'bot.example.com/v1',
    ' bot.example.com',
    'bot.example.com\n',
    'user@bot.example.com',
    'bot.example.com:port',
    'a.example.com,b.example.com',
    '*.example.com',
    'bücher.example.com',
  ])('is refused as an option that no Host header can equal: %j', (authority) => {
    expect(() => checkAuthority(authority)).toThrow(
      `authority is ${JSON.stringify(authority)}; expected a host with its port`,
    );
  });

  it.each([
    'bot.example.com',
    'BOT.Example.com.',
    'bot_1',
    'bot:8080',
    '127.0.0.1:8080',
    '[::1]',
    '[2001:db8::7]:443',
  ])('is accepted as an option when it is a host: %s', (authority) => {
    expect(() => checkAuthority(authority)).not.toThrow();
  });

  it.each<[string, string, () => unknown]>([
    ['an empty string', 'the string ""', () => ''],
    ['nothing', 'undefined', () => undefined],
    ['a number', '7', () => 7],
    ['an object', 'an object', () => ({})],
    ['the promise of a host', 'a promise', async () => 'bot.example.com'],
    ['a rejection', 'a promise', () => Promise.reject(new Error('no host'))],
  ])('is refused as an answer when it is %s: "%s"', (_, named, authority) => {
    expect(() => authorityOf(authority as () => string, REQUEST)).toThrow(
      `authority() returned ${named}; expected the host`,
    );
  });

  it('is the answer of the function, or the option itself', () => {
    expect(authorityOf(() => 'bot.example.com', REQUEST)).toBe('bot.example.com');
    expect(authorityOf('bot.example.com', REQUEST)).toBe('bot.example.com');
    expect(authorityOf(undefined, REQUEST)).toBeUndefined();
  });
});
