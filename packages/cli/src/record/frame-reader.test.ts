import { describe, expect, it } from 'vitest';
import { FrameReader, MAX_RECORDED_MESSAGE_BYTES } from './frame-reader.js';

/** The bytes of a frame. */
function frame(first: number, payload: Uint8Array, mask?: readonly number[]): Buffer {
  const length = payload.length;
  const sizes =
    length < 126
      ? [length]
      : length < 65_536
        ? [126, length >> 8, length & 255]
        : [127, 0, 0, 0, 0, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255];
  sizes[0] = (sizes[0] ?? 0) | (mask ? 0x80 : 0);
  const body = mask ? payload.map((byte, at) => byte ^ (mask[at & 3] ?? 0)) : payload;
  return Buffer.concat([Buffer.from([first, ...sizes, ...(mask ?? [])]), body]);
}

const text = (words: string) => new TextEncoder().encode(words);
const MASK = [1, 2, 3, 250] as const;

/** Reads `bytes` in pieces of `size`. */
function read(bytes: Uint8Array, size = bytes.length): unknown[] {
  const received: unknown[] = [];
  const reader = new FrameReader({
    text: (words) => received.push(words),
    binary: (payload) => received.push(Array.from(payload.subarray(0, 4)), payload.length),
    close: (code, reason) => received.push(`close ${code} ${reason}`),
    unreadable: (reason) => received.push(`unreadable: ${reason}`),
  });
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  return received;
}

describe('a frame reader', () => {
  const audio = new Uint8Array(1600).fill(7);
  const long = new Uint8Array(70_000).fill(9);
  const stream = Buffer.concat([
    frame(0x81, text('{"type":"ping"}'), MASK),
    frame(0x82, audio, MASK),
    frame(0x89, text('are you there'), MASK),
    frame(0x82, long),
    frame(0x81, text('')),
    frame(0x88, new Uint8Array([0x03, 0xe8, 0x62, 0x79, 0x65]), MASK),
    frame(0x81, text('never')),
  ]);

  it.each([stream.length, 4096, 7, 1])('returns the same messages for chunks of %i bytes', (size) => {
    expect(read(stream, size)).toEqual([
      '{"type":"ping"}',
      ...[[7, 7, 7, 7], 1600],
      ...[[9, 9, 9, 9], 70_000],
      '',
      'close 1000 bye',
    ]);
  });

  it('joins the frames of a message, also with a control frame between them', () => {
    const parts = Buffer.concat([
      frame(0x01, text('one, ')),
      frame(0x00, text('two, '), MASK),
      frame(0x8a, text('pong')),
      frame(0x80, text('three')),
      frame(0x81, text('next')),
    ]);
    expect(read(parts, 3)).toEqual(['one, two, three', 'next']);
  });

  it('reports code 1005 for a close frame without a code', () => {
    expect(read(frame(0x88, new Uint8Array(0)))).toEqual(['close 1005 ']);
  });

  it('stops at a compressed frame', () => {
    expect(read(Buffer.concat([frame(0xc1, text('x')), frame(0x81, text('y'))]))).toEqual([
      expect.stringContaining('compressed'),
    ]);
  });

  it('accepts a message of the maximum length and stops at one more byte, in one or several frames', () => {
    const most = new Uint8Array(MAX_RECORDED_MESSAGE_BYTES);
    expect(read(frame(0x82, most))).toEqual([[0, 0, 0, 0], MAX_RECORDED_MESSAGE_BYTES]);
    const longer = Buffer.from([0x82, 127, 0, 0, 0, 0, 0, 16, 0, 1]);
    expect(read(longer)).toEqual([expect.stringContaining(`the limit is ${MAX_RECORDED_MESSAGE_BYTES}`)]);
    const split = Buffer.concat([frame(0x02, most), frame(0x80, text('x'))]);
    expect(read(split)).toEqual([expect.stringContaining('unreadable')]);
  });

  it.each([
    ['a compressed message', frame(0xc1, Uint8Array.of(0xaa, 0x56)), 'its frames are compressed'],
    ['HTTP', text('HTTP/1.1 500\r\n'), 'its bytes are no WebSocket frames: one would begin with 0x48 0x54'],
    [
      'a traceback',
      text('Traceback (most'),
      'its bytes are no WebSocket frames: one would begin with 0x54 0x72',
    ],
  ])('tells compressed frames from other bytes: %s', (_, bytes, reason) => {
    expect(read(bytes)).toEqual([`unreadable: ${reason}`]);
  });
});
