import { AsyncLocalStorage, AsyncResource, createHook } from 'node:async_hooks';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { inContext, inContextUnlessEmpty } from './async-context.js';

const storage = new AsyncLocalStorage<unknown>();
const read = () => storage.getStore();

afterEach(() => storage.disable());

/** What a listener returns if the event of a socket calls it whose own context has a value. */
const fromSocket = (listener: (a: unknown, b: unknown) => unknown) =>
  storage.run('of the socket', () => listener(undefined, undefined));

describe.each([
  ['inContext', (callback: () => unknown) => inContext(callback)],
  ['inContextUnlessEmpty', (callback: () => unknown) => inContextUnlessEmpty(callback)],
])('%s', (_, bind) => {
  it('keeps any value of the context of registration, also one that looks like an id of the context', () => {
    const values = ['text', 0, 1, 2, null, false, {}, Symbol('value')];
    const resource = new AsyncResource('Test');
    values.push(resource.asyncId() + 1, resource.asyncId() + 2, resource.asyncId() + 3);
    for (const value of values) expect(fromSocket(storage.run(value, () => bind(read)))).toBe(value);
  });

  it('keeps a value that `enterWith` has set, and one of a second storage', () => {
    const second = new AsyncLocalStorage<string>();
    const entered = new AsyncResource('Test').runInAsyncScope(() => {
      storage.enterWith('entered');
      return bind(read);
    });
    const other = second.run('second', () => bind(() => second.getStore()));
    expect([fromSocket(entered), fromSocket(other)]).toEqual(['entered', 'second']);
    second.disable();
  });

  it('keeps a value across an await of the handler', async () => {
    const listener = await storage.run('of the call', async () => {
      await new Promise(setImmediate);
      return bind(read);
    });
    expect(fromSocket(listener)).toBe('of the call');
  });
});

describe('inContext', () => {
  it('keeps the absence of a value', () => {
    expect(fromSocket(inContext(read))).toBeUndefined();
  });
});

describe('inContextUnlessEmpty', () => {
  it('returns the callback itself where there is no value, so that a call of it costs nothing', () => {
    const callback = () => {};
    expect(inContextUnlessEmpty(callback)).toBe(callback);
  });

  it('enters a context without values as well if an async hook with `destroy` follows resources', () => {
    const entered: number[] = [];
    const hook = createHook({ before: (id) => entered.push(id), destroy: () => {} }).enable();
    try {
      inContextUnlessEmpty(read)(undefined, undefined);
      expect(entered).toHaveLength(1);
    } finally {
      hook.disable();
    }
  });

  it('leaves no value behind in the context in which it is called first', async () => {
    vi.resetModules();
    const { inContextUnlessEmpty: first } = await import('./async-context.js');
    const kept = () => {
      const resource = new AsyncResource('Test');
      const ids: unknown[] = [resource.asyncId(), resource.triggerAsyncId()];
      return Object.getOwnPropertySymbols(resource).map((key) => {
        const value: unknown = Reflect.get(resource, key);
        return ids.includes(value) ? 'an id' : value;
      });
    };
    const before = kept();
    first(read);
    expect(kept()).toEqual(before);
  });
});
