import { describe, expect, it } from 'vitest';
import { readEnvironment } from './environment.js';

const CLIENT_SECRET = 'b2YgYSBmbGVldA==';

describe('the environment', () => {
  it('counts a variable without a value as not set', () => {
    const names = ['API_KEY', 'HOST', 'PORT', 'REDIS_URL', 'MAX_SESSIONS', 'DRAIN_SECONDS', 'WORKERS'];
    const empty = Object.fromEntries(names.map((name) => [name, '']));
    expect(readEnvironment({ ...empty, CLIENT_SECRET })).toEqual(readEnvironment({ CLIENT_SECRET }));
  });

  it.each([
    ['DRAIN_SECONDS', '15m'],
    ['DRAIN_SECONDS', '-1'],
    ['DRAIN_SECONDS', '3000000'],
    ['MAX_SESSIONS', 'lots'],
    ['MAX_SESSIONS', '0'],
    ['MAX_SESSIONS', '3000000000'],
    ['PORT', ' '],
    ['PORT', '65536'],
    ['WORKERS', '0x2'],
    ['WORKERS', '0'],
    ['REDIS_URL', 'redis:6379'],
    ['REDIS_URL', 'http://redis:6379'],
  ])('refuses %s=%j at the start, by its name', (name, value) => {
    expect(() => readEnvironment({ CLIENT_SECRET, [name]: value })).toThrow(
      new RegExp(`^${name} is .*; expected `),
    );
  });

  it('does not show the password of a Redis whose address is wrong', () => {
    expect(() => readEnvironment({ CLIENT_SECRET, REDIS_URL: 'user:hunter2@redis' })).not.toThrow(/hunter2/);
  });

  it('needs a client secret', () => {
    expect(() => readEnvironment({ CLIENT_SECRET: '' })).toThrow(/^CLIENT_SECRET is not set; expected /);
  });
});
