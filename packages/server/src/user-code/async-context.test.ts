import { AsyncLocalStorage, AsyncResource, createHook } from 'node:async_hooks';
import { afterEach, expect, it } from 'vitest';
import { inContext, inContextUnlessEmpty } from './async-context.js';

const storage = new AsyncLocalStorage<unknown>();
const read = () => storage.getStore();

afterEach(() => storage.disable());

/** Calls as the event of a socket whose own context has a value. */
const fromSocket = <T>(callback: () => T) => storage.run('of the socket', callback);

it('keeps any value of the context of registration, also one that looks like an id of the context', () => {
  const values = ['text', 0, 1, 2, null, false, {}, Symbol('value')];
  const resource = new AsyncResource('Test');
  values.push(resource.asyncId() + 1, resource.asyncId() + 2, resource.asyncId() + 3);
  for (const value of values) {
    const listener = storage.run(value, () => inContext(read));
    expect(fromSocket(() => listener(undefined))).toBe(value);
  }
});

it('keeps a value that `enterWith` has set, and one of a second storage', () => {
  const second = new AsyncLocalStorage<string>();
  const entered = new AsyncResource('Test').runInAsyncScope(() => {
    storage.enterWith('entered');
    return inContext(read);
  });
  const other = second.run('second', () => inContext(() => second.getStore()));
  expect([fromSocket(() => entered(undefined)), fromSocket(() => other(undefined))]).toEqual([
    'entered',
    'second',
  ]);
  second.disable();
});

it('keeps a value across an await of the handler', async () => {
  const listener = await storage.run('of the call', async () => {
    await new Promise(setImmediate);
    return inContext(read);
  });
  expect(fromSocket(() => listener(undefined))).toBe('of the call');
});

it('keeps the absence of a value', () => {
  const listener = inContext(read);
  expect(fromSocket(() => listener(undefined))).toBeUndefined();
});

it('returns the callback of a socket itself where there is no value, so that a call of it costs nothing', () => {
  const callback = () => {};
  expect(inContextUnlessEmpty(callback)).toBe(callback);
  const kept = storage.run('of the call', () => inContextUnlessEmpty(read));
  expect(fromSocket(() => kept(undefined, undefined))).toBe('of the call');
});

it('enters the context of a socket without values as well if an async hook with `destroy` follows resources', () => {
  const entered: number[] = [];
  const hook = createHook({ before: (id) => entered.push(id), destroy: () => {} }).enable();
  try {
    inContextUnlessEmpty(read)(undefined, undefined);
    expect(entered).toHaveLength(1);
  } finally {
    hook.disable();
  }
});

it('leaves neither a storage nor a value behind in the context of the first registration', () => {
  inContext(read);
  const keys = Object.getOwnPropertySymbols(new AsyncResource('Test'));
  const values = keys.map((key) => Reflect.get(new AsyncResource('Test'), key));
  expect(values.filter((value) => typeof value === 'object')).toEqual([]);
});
