import { describe, expect, it } from 'vitest';
import { BoundedReader } from './bounded-reader.js';

const item = (size: number) => ({ size });
const reader = (max: number) => new BoundedReader<{ size: number }>({ max, sizeOf: ({ size }) => size });

async function readAll(items: AsyncIterable<{ size: number }>): Promise<number[]> {
  const sizes: number[] = [];
  for await (const { size } of items) sizes.push(size);
  return sizes;
}

describe('BoundedReader', () => {
  it('yields buffered items in order, then ends', async () => {
    const items = reader(10);
    for (const size of [3, 2, 1]) items.push(item(size));
    items.end();
    items.end();
    expect(items.push(item(4))).toBe(0);
    expect(await readAll(items)).toEqual([3, 2, 1]);
  });

  it('drops the oldest items beyond the bound, and returns their number', async () => {
    const items = reader(5);
    expect([2, 2, 3, 5].map((size) => items.push(item(size)))).toEqual([0, 0, 1, 2]);
    items.end();
    expect(await readAll(items)).toEqual([5]);
  });

  it('counts items if no size is given', () => {
    const items = new BoundedReader<object>({ max: 2 });
    expect([{}, {}, {}].map((value) => items.push(value))).toEqual([0, 0, 1]);
  });

  it('keeps one item that is larger than the bound', async () => {
    const items = reader(5);
    expect(items.push(item(9))).toBe(0);
    items.end();
    expect(await readAll(items)).toEqual([9]);
  });

  it('resolves pending `next` calls in order', async () => {
    const items = reader(5);
    const steps = [items.next(), items.next(), items.next()];
    items.push(item(1));
    items.push(item(2));
    items.end();
    expect((await Promise.all(steps)).map(({ value }) => value?.size)).toEqual([1, 2, undefined]);
  });

  it('drops buffered items when its reader leaves, and reports it', async () => {
    let left = 0;
    const items = new BoundedReader<object>({ max: 5, onReturn: () => left++ });
    items.push({});
    items.push({});
    for await (const _ of items) break;
    expect([left, items.ended, items.push({}), (await items.next()).done]).toEqual([1, true, 0, true]);
  });
});
