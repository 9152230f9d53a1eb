import { VirtualClock } from '@hookline/runtime';
import { describe, expect, it } from 'vitest';
import { NonceMemory } from './nonce-memory.js';

const TTL_MS = 1000;

describe('NonceMemory', () => {
  it('remembers a nonce for its lifetime, only for its key', async () => {
    const clock = new VirtualClock();
    const memory = new NonceMemory(clock);
    expect([memory.remember('a', '1', TTL_MS), memory.remember('a', '1', TTL_MS)]).toEqual([true, false]);
    expect(memory.remember('b', '1', TTL_MS)).toBe(true);
    await clock.advance(999);
    expect(memory.remember('a', '1', TTL_MS)).toBe(false);
    await clock.advance(1);
    expect(memory.remember('a', '1', TTL_MS)).toBe(true);
  });

  it('keeps no more nonces than its limit, and forgets expired ones', async () => {
    const clock = new VirtualClock();
    const memory = new NonceMemory(clock, 100);
    for (let nonce = 0; nonce < 10_000; nonce++) {
      expect(memory.remember(`key ${nonce % 7}`, `${nonce}`, TTL_MS)).toBe(true);
      expect(memory.size).toBeLessThanOrEqual(100);
    }
    await clock.advance(TTL_MS);
    memory.remember('key 0', 'new', TTL_MS);
    expect(memory.size).toBe(1);
  });

  it('forgets each nonce when it expires, even if its key has newer ones', async () => {
    const clock = new VirtualClock();
    const memory = new NonceMemory(clock);
    memory.remember('a', 'old', TTL_MS);
    await clock.advance(500);
    memory.remember('a', 'new', TTL_MS);
    await clock.advance(499);
    expect(memory.remember('a', 'old', TTL_MS)).toBe(false);
    await clock.advance(1);
    expect(memory.remember('a', 'old', TTL_MS)).toBe(true);
    expect(memory.size).toBe(2);
  });

  it('makes room for a flood of one key by forgetting the oldest nonces of that key', () => {
    const memory = new NonceMemory(new VirtualClock(), 100);
    for (let nonce = 0; nonce < 30; nonce++) memory.remember('quiet', `${nonce}`, TTL_MS);
    for (let nonce = 0; nonce < 5000; nonce++) memory.remember('flood', `${nonce}`, TTL_MS);
    for (let nonce = 0; nonce < 30; nonce++) {
      expect(memory.remember('quiet', `${nonce}`, TTL_MS), `${nonce}`).toBe(false);
    }
    expect(memory.remember('flood', '4999', TTL_MS)).toBe(false);
    expect(memory.remember('flood', '4950', TTL_MS)).toBe(false);
    expect(memory.size).toBeLessThanOrEqual(100);
  });

  it('forgets a tenth of the nonces of the key that has most, rounded up, and no more', () => {
    const memory = new NonceMemory(new VirtualClock(), 100);
    for (let nonce = 0; nonce < 9; nonce++) memory.remember('quiet', `${nonce}`, TTL_MS);
    for (let nonce = 0; nonce < 91; nonce++) memory.remember('flood', `${nonce}`, TTL_MS);
    expect(memory.size).toBe(100);
    memory.remember('quiet', 'one more', TTL_MS);
    expect(memory.size).toBe(91);
    expect(memory.remember('flood', '10', TTL_MS)).toBe(false);
    expect(memory.remember('flood', '9', TTL_MS)).toBe(true);
  });

  it('forgets a nonce of a key that asks for more, if none has more than that key', () => {
    const memory = new NonceMemory(new VirtualClock(), 4);
    for (const [apiKey, nonce] of ['a1', 'a2', 'b1', 'b2', 'b3'])
      memory.remember(`${apiKey}`, `${nonce}`, TTL_MS);
    expect(memory.size).toBe(4);
    expect(
      ['a1', 'a2', 'b2', 'b3'].map(([apiKey, nonce]) => memory.remember(`${apiKey}`, `${nonce}`, TTL_MS)),
    ).toEqual(Array(4).fill(false));
  });

  it('keeps a key that is used repeatedly, and forgets the others', async () => {
    const clock = new VirtualClock();
    const memory = new NonceMemory(clock);
    for (let step = 0; step < 100; step++) {
      memory.remember('regular', `${step}`, TTL_MS);
      memory.remember(`once ${step}`, 'x', TTL_MS);
      await clock.advance(100);
    }
    expect(memory.remember('regular', '99', TTL_MS)).toBe(false);
    // Ten of each in the last second.
    expect(memory.size).toBeLessThanOrEqual(20);
  });
});
