import { describe, expect, it } from 'vitest';
import { inputLines, MAX_LINE_BYTES } from './input-lines.js';

async function linesOf(...chunks: readonly string[]) {
  const lines = [];
  for await (const line of inputLines(stream(chunks))) lines.push(line);
  return lines;
}

async function* stream(chunks: readonly string[]) {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

describe('the lines of stdin', () => {
  it('are the same for any division into chunks', async () => {
    const lines = [
      { number: 1, text: '{"a":"ä"}' },
      { number: 2, text: '' },
      { number: 3, text: 'b' },
    ];
    expect(await linesOf('{"a":"ä"}\n\nb\n')).toEqual(lines);
    expect(await linesOf('{"a"', ':"ä"}\n', '\nb')).toEqual(lines);
  });

  it('have no byte order mark, which some editors and shells write at the start', async () => {
    expect(await linesOf('\uFEFF{}\n\uFEFFb')).toEqual([
      { number: 1, text: '{}' },
      { number: 2, text: '\uFEFFb' },
    ]);
  });

  it('are empty for empty input', async () => {
    expect(await linesOf()).toEqual([]);
    expect(await linesOf('', '')).toEqual([]);
  });

  it('are limited to MAX_LINE_BYTES, and the line after a longer one is read', async () => {
    const longest = 'x'.repeat(MAX_LINE_BYTES);
    expect(await linesOf(longest.slice(1), 'x\nnext')).toEqual([
      { number: 1, text: longest },
      { number: 2, text: 'next' },
    ]);
    expect(await linesOf(longest, 'x', 'yz\nnext')).toEqual([
      { number: 1, tooLong: true },
      { number: 2, text: 'next' },
    ]);
  });
});
