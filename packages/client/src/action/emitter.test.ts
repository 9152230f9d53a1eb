import { describe, expect, it } from 'vitest';
import { Emitter } from './emitter.js';

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

function emitter() {
  const logged: string[] = [];
  const log = (_: unknown, text?: string) => logged.push(text ?? '');
  return {
    events: new Emitter<{ spoke: [string]; error: [string] }>(
      { spoke: true, error: true },
      {
        debug: log,
        info: log,
        warn: log,
        error: log,
      },
    ),
    logged,
  };
}

describe('a listener of a call', () => {
  it('is refused for an event that does not exist, with the names of those that do', () => {
    const { events } = emitter();
    for (const name of ['speak', 'toString'])
      expect(() => events.on(name as 'spoke', () => {})).toThrow(
        `name is "${name}"; expected an event: spoke, error.`,
      );
  });

  it('is called after the code that emits, with what it emitted', async () => {
    const { events } = emitter();
    const heard: string[] = [];
    events.on('spoke', (word) => heard.push(word));
    events.emit('spoke', 'one');
    expect(heard).toEqual([]);
    await settled();
    expect(heard).toEqual(['one']);
  });

  it('is not called after it was removed, even for what was emitted before', async () => {
    const { events } = emitter();
    const heard: string[] = [];
    const off = events.on('spoke', (word) => heard.push(word));
    events.on('spoke', (word) => heard.push(`other: ${word}`));
    events.emit('spoke', 'one');
    off();
    events.emit('spoke', 'two');
    await settled();
    expect(heard).toEqual(['other: one', 'other: two']);
    expect(events.has('spoke')).toBe(true);
  });

  it('that was added twice is called twice, and once after it was removed once', async () => {
    const { events } = emitter();
    const heard: string[] = [];
    const listener = (word: string) => heard.push(word);
    const off = events.on('spoke', listener);
    events.on('spoke', listener);
    events.emit('spoke', 'one');
    await settled();
    off();
    off();
    events.emit('spoke', 'two');
    await settled();
    expect(heard).toEqual(['one', 'one', 'two']);
  });

  it('is the last of its event when it is removed: nothing has to be built for it', () => {
    const { events } = emitter();
    expect(events.has('spoke')).toBe(false);
    const off = events.on('spoke', () => {});
    expect([events.has('spoke'), events.has('error')]).toEqual([true, false]);
    off();
    expect(events.has('spoke')).toBe(false);
  });

  it('that is added while the others are called hears only what is emitted later', async () => {
    const { events } = emitter();
    const heard: string[] = [];
    events.on('spoke', () => events.on('spoke', (word) => heard.push(word)));
    events.emit('spoke', 'one');
    await settled();
    expect(heard).toEqual([]);
    events.emit('spoke', 'two');
    await settled();
    expect(heard).toEqual(['two']);
  });

  it('that throws is logged, and the others are called; `error` is an event like any other', async () => {
    const { events, logged } = emitter();
    const heard: string[] = [];
    events.on('error', () => {
      throw new Error('boom');
    });
    events.on('error', (word) => heard.push(word));
    events.emit('error', 'one');
    await settled();
    expect([heard, logged]).toEqual([['one'], ['a listener of the call threw']]);
  });
});
