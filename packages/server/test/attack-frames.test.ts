import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  cleanUp,
  closing,
  type FrameOddities,
  frame,
  OPCODE,
  openParameters,
  RawPeer,
  target,
} from './attack/raw-peer.js';
import { idle } from './on-line.js';

let port = 0;
let neighbour: RawPeer;

beforeAll(async () => {
  ({ port } = await target(idle));
  neighbour = await RawPeer.open(port);
});
afterAll(async () => {
  await neighbour.stillAnswers();
  await neighbour.hangUp();
  await cleanUp();
});

/** The bytes of a message, each in a frame of its own. */
const inPieces = (message: string) =>
  Buffer.concat(
    [...Buffer.from(message)].map((byte, at, all) =>
      frame(at ? OPCODE.continuation : OPCODE.text, Buffer.of(byte), { fin: at === all.length - 1 }),
    ),
  );

const many = (count: number, make: (at: number) => Uint8Array) =>
  Buffer.concat(Array.from({ length: count }, (_, at) => make(at)));

const odd = (opcode: number, payload: string | Uint8Array, oddities: FrameOddities) =>
  frame(opcode, payload, oddities);

describe('a frame that breaks the rules ends its connection, with the code of RFC 6455', () => {
  it.each<[string, number, Buffer]>([
    ['unmasked', 1002, odd(OPCODE.text, '{}', { masked: false })],
    ...[0x10, 0x20, 0x40, 0x70].map((reservedBits): [string, number, Buffer] => [
      `with reserved bits ${reservedBits}, compression among them`,
      1002,
      odd(OPCODE.text, '{}', { reservedBits }),
    ]),
    ...[3, 7, 11, 15].map((opcode): [string, number, Buffer] => [
      `with opcode ${opcode}`,
      1002,
      frame(opcode, 'a'),
    ]),
    ['that continues nothing', 1002, frame(OPCODE.continuation, 'a')],
    [
      'that begins a message within another',
      1002,
      Buffer.concat([odd(OPCODE.text, '{', { fin: false }), frame(OPCODE.text, '}')]),
    ],
    ['that pings with 126 bytes', 1002, frame(OPCODE.ping, Buffer.alloc(126))],
    ['that pings in pieces', 1002, odd(OPCODE.ping, 'a', { fin: false })],
    ['with text that is not UTF-8', 1007, frame(OPCODE.text, Buffer.of(0x7b, 0xff, 0xfe))],
    ['with a surrogate in its text', 1007, frame(OPCODE.text, Buffer.of(0xed, 0xa0, 0x80))],
    ['that declares 40 MB', 1009, odd(OPCODE.binary, 'a', { declared: 40_000_000 })],
    ['that declares 2^52 bytes', 1009, odd(OPCODE.binary, 'a', { declared: 2 ** 52 })],
    ['of 256 KiB and a byte', 1009, frame(OPCODE.text, 'a'.repeat(262_145))],
    [
      'of 256 KiB and a byte in two',
      1009,
      Buffer.concat([
        odd(OPCODE.binary, Buffer.alloc(200_000), { fin: false }),
        frame(OPCODE.continuation, Buffer.alloc(62_145)),
      ]),
    ],
    [
      'in 20,000 pieces',
      1008,
      many(20_000, (at) => odd(at ? OPCODE.continuation : OPCODE.binary, 'a', { fin: false })),
    ],
    [
      'in 20,000 empty pieces',
      1008,
      many(20_000, (at) => odd(at ? OPCODE.continuation : OPCODE.binary, '', { fin: false })),
    ],
    ['that closes with one byte', 1002, frame(OPCODE.close, 'a')],
    ...[0, 999, 1005, 1006, 1015, 2999, 5000, 65_535].map((code): [string, number, Buffer] => [
      `that closes with code ${code}`,
      1002,
      frame(OPCODE.close, closing(code)),
    ]),
    [
      'that closes with a reason that is not UTF-8',
      1007,
      frame(OPCODE.close, closing(1000, Buffer.of(255, 254))),
    ],
  ])('%s: %i', async (_, code, bytes) => {
    const peer = await RawPeer.open(port);
    peer.write(bytes);
    expect(await peer.end()).toBe(code);
    expect(peer.count('disconnect')).toBe(0);
  });

  it('and so does a request in place of the first frame', async () => {
    const peer = await RawPeer.dial(port, {}, () => Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
    expect(await peer.end()).toBe(1002);
  });

  it('and 20 MB of text that are really sent', async () => {
    const peer = await RawPeer.open(port);
    peer.text('a'.repeat(20_000_000));
    await peer.end();
  });
});

describe('a frame that is unusual but right changes nothing', () => {
  it.each<[string, (peer: RawPeer) => Buffer]>([
    [
      'a message in single bytes',
      (peer) => inPieces(peer.envelope('discarded', { start: 'PT0S', discarded: 'PT0S' })),
    ],
    ['empty audio', () => frame(OPCODE.binary, '')],
    ['audio of one sample', () => frame(OPCODE.binary, 'a')],
    ['audio of 64 KB', () => frame(OPCODE.binary, Buffer.alloc(64_000))],
    ['audio of 256 KiB', () => frame(OPCODE.binary, Buffer.alloc(262_144))],
    ['a pong that nobody asked for', () => frame(OPCODE.pong, 'x')],
    ['10,000 of them', () => many(10_000, () => frame(OPCODE.pong, 'x'))],
    ['10,000 empty frames of audio', () => many(10_000, () => frame(OPCODE.binary, ''))],
    ['10,000 samples of audio, each in a frame', () => many(10_000, () => frame(OPCODE.binary, 'a'))],
    ['32 MB of audio', () => many(500, () => frame(OPCODE.binary, Buffer.alloc(64_000)))],
  ])('%s', async (_, bytes) => {
    const peer = await RawPeer.open(port);
    peer.write(bytes(peer));
    await peer.stillAnswers();
    await peer.hangUp();
  });

  it('open in single bytes', async () => {
    const peer = await RawPeer.dial(port);
    peer.write(inPieces(peer.envelope('open', openParameters())));
    await peer.message('opened');
    await peer.hangUp();
  });

  it('a ping and a pong between the pieces of a message', async () => {
    const peer = await RawPeer.open(port);
    const message = peer.envelope('discarded', { start: 'PT0S', discarded: 'PT0S' });
    peer.write(odd(OPCODE.text, message.slice(0, 9), { fin: false }));
    peer.write(frame(OPCODE.ping, 'are you there'));
    peer.write(frame(OPCODE.pong, ''));
    peer.write(frame(OPCODE.continuation, message.slice(9)));
    await peer.stillAnswers();
    expect(peer.pongs).toBe(1);
    await peer.hangUp();
  });

  it('5,000 pings, each answered', async () => {
    const peer = await RawPeer.open(port);
    peer.write(many(5000, () => frame(OPCODE.ping, '')));
    await peer.stillAnswers();
    expect(peer.pongs).toBe(5000);
    await peer.hangUp();
  });

  it.each([
    ['1000', closing(1000), 1000],
    ['4999 and 123 bytes', closing(4999, 'a'.repeat(123)), 4999],
    ['no code', Buffer.alloc(0), 1005],
  ])('a close with %s, which is given back', async (_, payload, code) => {
    const peer = await RawPeer.open(port);
    peer.write(frame(OPCODE.close, payload));
    expect(await peer.end()).toBe(code);
  });

  it('what comes after a close, which nobody reads', async () => {
    const peer = await RawPeer.open(port);
    const ping = frame(OPCODE.text, peer.envelope('ping'));
    peer.write(Buffer.concat([frame(OPCODE.close, closing(1000)), ping]));
    await peer.end();
    expect(peer.count('pong')).toBe(0);
  });
});
