import { addAbortListener, once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { guardedSignal } from './user-code.js';

function guardedController() {
  const controller = new AbortController();
  const errors: unknown[] = [];
  const signal = guardedSignal(controller.signal, (error) => errors.push(error));
  return { controller, signal, errors };
}

const fail = () => {
  throw new Error('boom');
};

describe('a guarded signal', () => {
  it('passes errors and rejections of its listeners to onError, and calls the other listeners', async () => {
    const { controller, signal, errors } = guardedController();
    const told: unknown[] = [];
    signal.addEventListener('abort', fail);
    signal.addEventListener('abort', async () => fail());
    signal.addEventListener('abort', { handleEvent: fail });
    signal.onabort = fail;
    signal.addEventListener('abort', function (this: AbortSignal, event) {
      told.push(this === signal, event.type);
    });
    controller.abort();
    await new Promise((resolve) => setImmediate(resolve));
    expect(errors).toHaveLength(4);
    expect(told).toEqual([true, 'abort']);
  });

  it('follows the rules of an EventTarget: no listener twice, once, removal, replaced onabort', () => {
    const { controller, signal } = guardedController();
    const told: string[] = [];
    const twice = () => told.push('twice');
    const off = () => told.push('off');
    signal.addEventListener('abort', twice);
    signal.addEventListener('abort', twice);
    signal.addEventListener('abort', off, { once: true });
    signal.removeEventListener('abort', off);
    signal.onabort = () => told.push('first');
    const second = () => told.push('second');
    signal.onabort = second;
    expect(signal.onabort).toBe(second);
    controller.abort();
    expect(told.sort()).toEqual(['second', 'twice']);
    signal.onabort = null;
    expect(signal.onabort).toBeNull();
  });

  it('is accepted as an AbortSignal by the platform', async () => {
    const { controller, signal } = guardedController();
    const reason = new Error('over');
    const derived = AbortSignal.any([signal]);
    const heard = once(signal, 'abort');
    let listened = false;
    addAbortListener(signal, () => {
      listened = true;
    });
    const fetched = fetch('http://127.0.0.1:9/', { signal }).catch((error) => error);
    controller.abort(reason);
    await heard;
    expect(signal).toBeInstanceOf(AbortSignal);
    expect([listened, derived.reason, await fetched]).toEqual([true, reason, reason]);
  });
});
