import { expect, it } from 'vitest';
import { Alignment } from './align.js';

/** Aligns two texts word by word; words with the same first letter have the same type. */
function aligned(a: string, b: string): string[] {
  const alignment = new Alignment<string>({ same: (word) => word, type: (word) => word[0] ?? '' });
  const pairs = [
    ...a.split(' ').flatMap((word) => alignment.push('a', word)),
    ...b.split(' ').flatMap((word) => alignment.push('b', word)),
    ...alignment.end(),
  ];
  return pairs.map((pair) => `${pair.a ?? '-'}:${pair.b ?? '-'}`);
}

it('finds equal items after each gap, in either list', () => {
  expect(aligned('x1 a b c d', 'a b y1 y2 y3 c d')).toEqual([
    'x1:-',
    'a:a',
    'b:b',
    '-:y1',
    '-:y2',
    '-:y3',
    'c:c',
    'd:d',
  ]);
  expect(aligned('a x1 x2 b z c', 'a b c')).toEqual(['a:a', 'x1:-', 'x2:-', 'b:b', 'z:-', 'c:c']);
});

it('pairs items of the same type between two equal items', () => {
  expect(aligned('a x1 b', 'a y1 x2 b')).toEqual(['a:a', 'x1:x2', '-:y1', 'b:b']);
});
