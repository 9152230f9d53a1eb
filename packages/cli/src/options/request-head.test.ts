import { expect, test } from 'vitest';
import { readRequestHead } from './request-head.js';

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    await Promise.resolve();
    yield Buffer.from(text);
  }
}

test('a request head from stdin is read to its end, in whatever pieces it arrives', async () => {
  const stdin = pieces('> GET /x?a=1 HTTP/1.1\r\n> X-API', '-KEY: k\r\n', '> Host: bots.example\r\n');
  expect(await readRequestHead('-', '--verify', stdin)).toEqual({
    target: '/x?a=1',
    rawHeaders: ['X-API-KEY', 'k', 'Host', 'bots.example'],
  });
});
