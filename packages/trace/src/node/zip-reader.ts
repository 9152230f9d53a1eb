import { crc32, inflateRawSync } from 'node:zlib';
import { messageOf } from '@hookline/runtime';
import { type TraceError, traceError } from '../error.js';

/** The maximum unpacked size of all files of a trace: more than an hour of L16 with its recording. */
export const MAX_UNPACKED_BYTES = 512 * 1024 * 1024;

/**
 * The maximum unpacked size of the files that are parsed: about twice as much as a call of four hours with the shortest
 * frames needs. Parsed JSON takes up to fifty times the memory of its text.
 */
export const MAX_UNPACKED_TEXT_BYTES = 32 * 1024 * 1024;

/** A trace has five files; an archive may contain some other files. */
export const MAX_ZIP_ENTRIES = 1000;

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const MAX_COMMENT_BYTES = 65_535;
const ENCRYPTED = 0x0001;
const STORED = 0;
const DEFLATED = 8;
/** Placeholder for a number that is in a ZIP64 record. */
const IN_ZIP64 = 0xffffffff;

interface Entry {
  readonly name: string;
  readonly encrypted: boolean;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly unpacked: number;
  readonly local: number;
}

/**
 * Reads files of a ZIP archive into memory, by their names without a folder. Sizes and checksums of the archive are
 * verified.
 *
 * @param path - for the errors
 * @param wanted - names of files, which may be at the top level or in one folder
 * @param parsed - those of them that are parsed, for which a lower limit applies
 * @throws HooklineError `TRACE_ZIP`: not a ZIP, truncated, encrypted, too large, a path outside the archive, damaged
 */
export function unzip(
  path: string,
  zip: Buffer,
  wanted: readonly string[],
  parsed: readonly string[] = [],
): ReadonlyMap<string, Uint8Array> {
  const refuse = (what: string, cure: string, cause?: unknown): TraceError =>
    traceError('TRACE_ZIP', `${path} cannot be read: ${what}. ${cure}`, cause);
  const entries = readDirectory(zip, refuse);
  for (const { name } of entries) {
    if (!isOutsidePath(name)) continue;
    throw refuse(
      `it contains a file named ${JSON.stringify(name)}, which is outside the folder`,
      'This is not a packed trace and may be malicious; do not unpack it.',
    );
  }
  const requested = entries.filter(({ name }) => wanted.includes(baseName(name)));
  const sizeOf = (names: readonly string[]) =>
    requested.reduce((sum, { name, unpacked }) => (names.includes(baseName(name)) ? sum + unpacked : sum), 0);
  for (const [what, names, limit] of [
    ['its files', wanted, MAX_UNPACKED_BYTES],
    [parsed.join(' and '), parsed, MAX_UNPACKED_TEXT_BYTES],
  ] as const) {
    const total = sizeOf(names);
    if (total <= limit) continue;
    throw refuse(
      `${what} take ${total} bytes unpacked; expected at most ${limit}`,
      'Unpack it yourself, and pass the folder.',
    );
  }
  const files = new Map<string, Uint8Array>();
  for (const entry of requested) {
    const name = baseName(entry.name);
    if (files.has(name)) throw refuse(`it contains ${name} twice`, 'Pack each trace into a separate file.');
    files.set(name, unpack(zip, entry, refuse));
  }
  return files;
}

type Refuse = (what: string, cure: string, cause?: unknown) => TraceError;

const PACK_AGAIN = 'Copy it again from its source, or pack the folder of the trace again.';

function readDirectory(zip: Buffer, refuse: Refuse): Entry[] {
  const end = findEnd(zip);
  if (end === undefined) {
    throw zip.length >= 4 && zip.readUInt32LE(0) === LOCAL
      ? refuse('the ZIP file is truncated: its central directory is missing', PACK_AGAIN)
      : refuse('it is not a ZIP file', 'Pass the folder of a trace, or a .zip of it.');
  }
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  if (count > MAX_ZIP_ENTRIES || at === IN_ZIP64) {
    throw refuse(`it contains more than ${MAX_ZIP_ENTRIES} files`, 'Pack each trace into a separate file.');
  }
  const entries: Entry[] = [];
  for (let index = 0; index < count; index++) {
    if (at + ENTRY_BYTES > end || zip.readUInt32LE(at) !== ENTRY)
      throw refuse('its central directory is damaged', PACK_AGAIN);
    const nameBytes = zip.readUInt16LE(at + 28);
    const more = zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    entries.push({
      name: zip.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes),
      encrypted: (zip.readUInt16LE(at + 8) & ENCRYPTED) !== 0,
      method: zip.readUInt16LE(at + 10),
      crc: zip.readUInt32LE(at + 16),
      packed: zip.readUInt32LE(at + 20),
      unpacked: zip.readUInt32LE(at + 24),
      local: zip.readUInt32LE(at + 42),
    });
    at += ENTRY_BYTES + nameBytes + more;
  }
  return entries;
}

/** The offset of the record at the end of the archive, which a comment may follow. */
function findEnd(zip: Buffer): number | undefined {
  const minBytes = Math.max(0, zip.length - END_BYTES - MAX_COMMENT_BYTES);
  for (let at = zip.length - END_BYTES; at >= minBytes; at--) {
    if (zip.readUInt32LE(at) === END && at + END_BYTES + zip.readUInt16LE(at + 20) === zip.length) return at;
  }
  return undefined;
}

function unpack(zip: Buffer, entry: Entry, refuse: Refuse): Uint8Array {
  const { name, method, packed, unpacked, local } = entry;
  const file = JSON.stringify(name);
  if (entry.encrypted) throw refuse(`${file} is encrypted`, 'Pack the trace without a password.');
  if (local + LOCAL_BYTES > zip.length || zip.readUInt32LE(local) !== LOCAL)
    throw refuse(`${file} is not at the offset in the central directory`, PACK_AGAIN);
  const start = local + LOCAL_BYTES + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  if (start + packed > zip.length) throw refuse(`${file} is truncated`, PACK_AGAIN);
  const bytes = zip.subarray(start, start + packed);
  const content =
    method === STORED ? bytes : method === DEFLATED ? inflated(bytes, entry, refuse) : undefined;
  if (!content) {
    throw refuse(
      `${file} uses compression method ${method}`,
      'Pack it with deflate, the default of most programs.',
    );
  }
  if (content.length !== unpacked || crc32(content) !== entry.crc)
    throw refuse(`${file} is damaged: its size or checksum does not match the central directory`, PACK_AGAIN);
  return content;
}

function inflated(bytes: Buffer, { name, unpacked }: Entry, refuse: Refuse): Buffer {
  try {
    return inflateRawSync(bytes, { maxOutputLength: Math.max(1, unpacked) });
  } catch (error) {
    throw refuse(
      `${JSON.stringify(name)} does not unpack to ${unpacked} bytes, the size in the central directory (${messageOf(error)})`,
      PACK_AGAIN,
      error,
    );
  }
}

function baseName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** Whether a name is absolute or leaves the folder, on any operating system. */
function isOutsidePath(name: string): boolean {
  return /^[/\\]|^[a-z]:|\\|\0/i.test(name) || name.split('/').includes('..');
}
