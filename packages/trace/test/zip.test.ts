import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { VirtualClock } from '@hookline/runtime';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createTraceWriter, openTrace, openTraceRows, readTraceDir, zipTrace } from '../src/node/index.js';
import { MAX_UNPACKED_BYTES, unzip } from '../src/node/zip-reader.js';
import { zip } from '../src/node/zip-writer.js';
import { reportSampleCall } from './sample-call.js';

async function freshFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'hookline-zip-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** A trace with audio and a result, as a folder and as a .zip. */
async function bothForms(): Promise<{ dir: string; packed: string; folder: string }> {
  const folder = await freshFolder();
  const dir = join(folder, 'call-1');
  const writer = createTraceWriter({
    dir,
    vantage: 'client',
    clock: new VirtualClock(),
    url: 'ws://localhost:8080/book',
  });
  reportSampleCall(writer, 'client');
  writer.result({ path: 'success' });
  await writer.close();
  return { dir, folder, packed: await zipTrace(dir, join(folder, 'call-1.zip')) };
}

async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const ROWS = { name: 'trace.ndjson', bytes: Buffer.from('{}') };

/** A modified ZIP file. */
async function changed(change: (zip: Buffer) => Buffer, files = [ROWS]): Promise<string> {
  const path = join(await freshFolder(), 'a.zip');
  await writeFile(path, change(Buffer.concat(zip(files))));
  return path;
}

/** Overwrites a number in the only entry of the directory. */
const inDirectory = (at: number, value: number, bytes: 2 | 4) => (archive: Buffer) => {
  const entry = archive.readUInt32LE(archive.length - 22 + 16);
  if (bytes === 2) archive.writeUInt16LE(value, entry + at);
  else archive.writeUInt32LE(value, entry + at);
  return archive;
};

/** Adds an extra field of 4 bytes and a comment of 5 to the first entry of the directory. */
function withExtras(archive: Buffer): Buffer {
  const end = archive.length - 22;
  const entry = archive.readUInt32LE(end + 16);
  const after = entry + 46 + archive.readUInt16LE(entry + 28);
  const extras = Buffer.from([0x99, 0x99, 0, 0, ...Buffer.from('notes')]);
  const made = Buffer.concat([archive.subarray(0, after), extras, archive.subarray(after)]);
  made.writeUInt16LE(4, entry + 30);
  made.writeUInt16LE(5, entry + 32);
  made.writeUInt32LE(archive.readUInt32LE(end + 12) + extras.length, made.length - 22 + 12);
  return made;
}

test('entries of a ZIP may have extra fields and comments', async () => {
  const files = [ROWS, { name: 'result.json', bytes: Buffer.from('7') }];
  const path = await changed(withExtras, files);
  const unpacked = unzip(path, await readFile(path), ['trace.ndjson', 'result.json']);
  expect([...unpacked].map(([name, bytes]) => [name, Buffer.from(bytes).toString()])).toEqual([
    ['trace.ndjson', '{}'],
    ['result.json', '7'],
  ]);
});

/** An archive of one file that is stored, not compressed. */
function stored(name: string, bytes: Buffer): Buffer {
  const archive = Buffer.concat(zip([{ name, bytes }]));
  const content = 30 + name.length;
  const packed = archive.readUInt32LE(18);
  const out = Buffer.concat([archive.subarray(0, content), bytes, archive.subarray(content + packed)]);
  const directory = content + bytes.length;
  for (const header of [4, directory + 6]) {
    out.writeUInt16LE(0, header + 4);
    out.writeUInt32LE(bytes.length, header + 14);
  }
  out.writeUInt32LE(directory, out.length - 22 + 16);
  return out;
}

describe('a packed trace', () => {
  test('has the same rows, audio and result as its folder', async () => {
    const { dir, packed } = await bothForms();
    expect(await openTrace(packed)).toEqual(await readTraceDir(dir));
    expect(await openTrace(dir)).toEqual(await readTraceDir(dir));
    const { rows } = await openTraceRows(packed);
    expect(await allOf(rows)).toEqual((await readTraceDir(dir)).rows);
  });

  test('is readable only for its owner, and does not overwrite a file', async () => {
    const { dir, packed } = await bothForms();
    expect((await stat(packed)).mode & 0o777).toBe(0o600);
    // The unpacked files too.
    const archive = await readFile(packed);
    const entry = archive.readUInt32LE(archive.length - 22 + 16);
    expect(archive.readUInt16LE(entry + 40)).toBe(0o100600);
    await expect(zipTrace(dir, packed)).rejects.toThrow(expect.objectContaining({ code: 'TRACE_EXISTS' }));
    await expect(zipTrace(join(dir, 'none'), `${packed}.2`)).rejects.toThrow(
      expect.objectContaining({ code: 'TRACE_READ' }),
    );
  });

  test('may be stored without compression', () => {
    for (const bytes of [Buffer.from('{}'), Buffer.alloc(0)]) {
      expect(unzip('a.zip', stored('trace.ndjson', bytes), ['trace.ndjson']).get('trace.ndjson')).toEqual(
        bytes,
      );
    }
  });

  test('has headers that every program knows, and the same bytes whenever it is packed', () => {
    const archive = Buffer.concat(zip([ROWS]));
    const directory = archive.readUInt32LE(archive.length - 22 + 16);
    const fields = (at: number) => [0, 2, 4, 6, 8].map((field) => archive.readUInt16LE(at + field));
    // Version 2.0, names in UTF-8, deflate, midnight on 1 January 1980.
    const expected = [20, 0x0800, 8, 0, 0x21];
    expect([fields(4), fields(directory + 6)]).toEqual([expected, expected]);
    // Made by version 2.0 on Unix.
    expect(archive.readUInt16LE(directory + 4)).toBe(0x0314);
  });

  test('may be in a folder of the archive, with other files', async () => {
    const { dir, folder } = await bothForms();
    const names = await readdir(dir);
    const files = await Promise.all(
      names.map(async (name) => ({ name: `call-1/${name}`, bytes: await readFile(join(dir, name)) })),
    );
    const path = join(folder, 'other.zip');
    const more = [
      { name: 'call-1/', bytes: Buffer.alloc(0) },
      { name: 'notes.txt', bytes: Buffer.from('x') },
    ];
    await writeFile(path, Buffer.concat([...zip([...more, ...files])]));
    expect((await openTrace(path)).rows).toEqual((await readTraceDir(dir)).rows);
  });

  test.each(['../trace.ndjson', '/etc/passwd', 'a/../../b', 'C:\\b', 'C:b', '..\\b', 'a\0b', '..'])(
    'is refused if it contains a file named %j',
    async (name) => {
      const path = await changed((archive) => archive, [ROWS, { name, bytes: Buffer.from('x') }]);
      await expect(openTrace(path)).rejects.toThrow(/is outside the folder/);
    },
  );

  test.each<[string, (archive: Buffer) => Buffer, RegExp]>([
    ['is encrypted', inDirectory(8, 1, 2), /"trace\.ndjson" is encrypted.* without a password/],
    ['uses an unsupported compression method', inDirectory(10, 99, 2), /compression method 99/],
    ['has another checksum', inDirectory(16, 1, 4), /checksum/],
    ['unpacks to more than it says', inDirectory(24, 1, 4), /does not unpack to 1 bytes/],
    ['unpacks to less than it says', inDirectory(24, 3, 4), /checksum/],
    ['would fill the memory', inDirectory(24, MAX_UNPACKED_BYTES + 1, 4), /take 536870913 bytes/],
    ['points behind its end', inDirectory(42, 0x7fffffff, 4), /not at the offset/],
    ['has a cut file', inDirectory(20, 9999, 4), /is truncated/],
    ['is cut', (archive) => archive.subarray(0, -1), /is truncated: its central directory/],
    ['is cut in the middle', (archive) => archive.subarray(0, 40), /is truncated: its central directory/],
    ['is empty', () => Buffer.alloc(0), /not a ZIP file/],
    ['is something else', () => Buffer.from('{"format":"hookline-trace"}'), /not a ZIP file/],
  ])('is refused if it %s', async (_, change, message) => {
    const error = expect.objectContaining({ code: 'TRACE_ZIP', message: expect.stringMatching(message) });
    const path = await changed(change);
    await expect(openTrace(path)).rejects.toThrow(error);
    await expect(openTraceRows(path).then(({ rows }) => allOf(rows))).rejects.toThrow(error);
  });

  test('is refused if it is a ZIP bomb with a false size', async () => {
    const bomb = deflateRawSync(Buffer.alloc(64 * 1024 * 1024));
    const bytes = Buffer.from('{}');
    const path = await changed((archive) => {
      const small = deflateRawSync(bytes).length;
      const at = archive.indexOf(deflateRawSync(bytes));
      const grown = Buffer.concat([archive.subarray(0, at), bomb, archive.subarray(at + small)]);
      const moved = grown.length - archive.length;
      grown.writeUInt32LE(grown.readUInt32LE(grown.length - 22 + 16) + moved, grown.length - 22 + 16);
      return inDirectory(20, bomb.length, 4)(grown);
    });
    const before = process.memoryUsage().arrayBuffers;
    await expect(openTrace(path)).rejects.toThrow(/does not unpack to 2 bytes/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
  });

  test('is refused if its rows would fill the memory, though it is small', async () => {
    const { packed } = await bothForms();
    const [header] = (await readFile(join(packed.replace(/\.zip$/, ''), 'trace.ndjson'), 'utf8')).split('\n');
    const withRows = (bytes: Buffer) =>
      changed(
        (archive) => archive,
        [{ name: 'trace.ndjson', bytes: Buffer.concat([Buffer.from(`${header}\n`), bytes]) }],
      );
    const tooLarge = expect.objectContaining({
      code: 'TRACE_ZIP',
      message: expect.stringMatching(
        /trace\.ndjson and result\.json take \d+ bytes unpacked; expected at most/,
      ),
    });
    const tooMany = expect.objectContaining({
      code: 'TRACE_CORRUPT',
      message: expect.stringMatching(/more than 2000000 lines/),
    });
    for (const [bytes, error] of [
      [Buffer.alloc(33_554_432, '{}\n'), tooLarge],
      [Buffer.alloc(2_000_000, '\n'), tooMany],
    ] as const) {
      const path = await withRows(bytes);
      await expect(openTrace(path)).rejects.toThrow(error);
      await expect(
        openTraceRows(path).then(async ({ rows }) => {
          for await (const _ of rows);
        }),
      ).rejects.toThrow(error);
    }
  });

  test('is refused if it contains a file twice, or no trace', async () => {
    await expect(openTrace(await changed((archive) => archive, [ROWS, ROWS]))).rejects.toThrow(/twice/);
    const other = [{ name: 'a.txt', bytes: Buffer.from('a') }];
    await expect(openTrace(await changed((archive) => archive, other))).rejects.toThrow(/no trace\.ndjson/);
  });
});

describe('rows that are read one by one', () => {
  test('equal those of the whole trace, from a folder and from its trace.ndjson', async () => {
    const { dir } = await bothForms();
    const whole = await readTraceDir(dir);
    for (const path of [dir, join(dir, 'trace.ndjson')]) {
      const open = await openTraceRows(path);
      expect(open.header).toEqual(whole.header);
      expect(await allOf(open.rows)).toEqual(whole.rows);
      expect(open.truncated).toBe(false);
      await open.close();
    }
  });

  test('end at the cut of a file, and refuse an invalid line before it', async () => {
    const { dir } = await bothForms();
    const path = join(dir, 'trace.ndjson');
    const lines = (await readFile(path, 'utf8')).split('\n');
    await writeFile(path, `${lines.slice(0, 3).join('\n')}\n{"kind":`);
    const cut = await openTraceRows(dir);
    expect(await allOf(cut.rows)).toHaveLength(2);
    expect(cut.truncated).toBe(true);
    await cut.close();
    await writeFile(path, `${lines[0]}\n{"kind":\n${lines[1]}\n`);
    const broken = await openTraceRows(dir);
    await expect(allOf(broken.rows)).rejects.toThrow(/Line 2 of the trace/);
    await broken.close();
  });

  test('can be followed while they are written, until the call ends, with the rows that follow `end`', async () => {
    const { dir } = await bothForms();
    const path = join(dir, 'trace.ndjson');
    const late = { kind: 'violation', t: 1, clause: 'AC-OUT-2', text: 'seen at the end', fatal: false };
    const lines = [...(await readFile(path, 'utf8')).trimEnd().split('\n'), JSON.stringify(late)];
    await writeFile(path, `${lines[0]}\n${lines[1]?.slice(0, 9)}`);
    const clock = new VirtualClock();
    const open = await openTraceRows(dir, { follow: { clock, signal: new AbortController().signal } });
    const kinds: string[] = [];
    let done = false;
    const reading = (async () => {
      for await (const row of open.rows) kinds.push(row.kind);
      done = true;
    })();
    const look = () =>
      expect.poll(async () => {
        await clock.advance(100);
        return kinds.length;
      });
    await writeFile(path, `${lines[1]?.slice(9)}\n`, { flag: 'a' });
    await look().toBe(1);
    await writeFile(path, `${lines.slice(2).join('\n')}\n`, { flag: 'a' });
    await look().toBe(lines.length - 1);
    expect(kinds.slice(-2)).toEqual(['end', 'violation']);
    await expect
      .poll(async () => {
        await clock.advance(100);
        return done;
      })
      .toBe(true);
    await reading;
    await open.close();
  });

  test('are no longer followed after the signal; a .zip cannot be followed', async () => {
    const { dir, packed } = await bothForms();
    await writeFile(
      join(dir, 'trace.ndjson'),
      (await readFile(join(dir, 'trace.ndjson'), 'utf8')).split('\n', 2).join('\n').concat('\n'),
    );
    const clock = new VirtualClock();
    const stop = new AbortController();
    const open = await openTraceRows(dir, { follow: { clock, signal: stop.signal } });
    let read = -1;
    const reading = allOf(open.rows).then((rows) => {
      read = rows.length;
    });
    stop.abort();
    await expect
      .poll(async () => {
        await clock.advance(100);
        return read;
      })
      .toBe(1);
    await reading;
    await open.close();
    const follow = { clock, signal: stop.signal };
    await expect(openTraceRows(packed, { follow })).rejects.toThrow(/cannot be followed/);
  });
});
