import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppendFile } from './append-file.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hookline-file-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('a file that is written in the background', () => {
  test('contains every byte in order, whenever it was added', async () => {
    const file = new AppendFile(join(dir, 'a'));
    let expected = '';
    for (let i = 0; i < 500; i++) {
      expected += `${i} `;
      file.append(Buffer.from(`${i} `));
      if (i % 3 === 0) await Promise.resolve();
      if (i % 7 === 0) await file.idle();
    }
    expect(file.size).toBe(expected.length);
    await file.close();
    expect(await readFile(join(dir, 'a'), 'utf8')).toBe(expected);
  });

  test('overwrites bytes without moving the end', async () => {
    const file = new AppendFile(join(dir, 'a'));
    file.append(Buffer.from('0000'));
    file.overwrite(0, Buffer.from('12'));
    file.append(Buffer.from('5'));
    file.overwrite(2, Buffer.from('34'));
    await file.close();
    expect(await readFile(join(dir, 'a'), 'utf8')).toBe('12345');
  });

  test('has its full length if it ends with zeros, or contains only zeros', async () => {
    const file = new AppendFile(join(dir, 'a'));
    file.append(Buffer.from('12'));
    file.appendZeros(3);
    await file.idle();
    expect(await readFile(join(dir, 'a'))).toEqual(Buffer.from('12\0\0\0'));
    file.append(Buffer.from('6'));
    file.appendZeros(4);
    await file.close();
    expect(file.size).toBe(10);
    expect(await readFile(join(dir, 'a'))).toEqual(Buffer.from('12\0\0\x006\0\0\0\0'));

    const silent = new AppendFile(join(dir, 'b'));
    silent.appendZeros(7);
    await silent.close();
    expect(await readFile(join(dir, 'b'))).toEqual(Buffer.alloc(7));
  });

  test('fails if the disk is too slow, instead of filling the memory', async () => {
    const never = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const file = new AppendFile(join(dir, 'a'), { ready: never });
    const mebibyte = new Uint8Array(1024 * 1024);
    for (let i = 0; i < 40; i++) file.append(mebibyte);
    finish();
    await expect(file.close()).rejects.toMatchObject({
      code: 'TRACE_WRITE',
      message: expect.stringContaining('the disk is too slow'),
    });
    expect(await readFile(join(dir, 'a'))).toHaveLength(0);
  });
});

let finish = () => {};
