import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  cleanUp,
  closing,
  type FrameOverrides,
  frame,
  OPCODE,
  openParameters,
  RawPeer,
  target,
} from './attack/raw-peer.js';
import { idle } from './open-call.js';

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

/** A message in so many fragments: a byte in each, and the rest in the last. */
const inFragments = (count: number, message: string) => {
  const bytes = Buffer.from(message);
  return many(count, (at) =>
    frame(at ? OPCODE.continuation : OPCODE.text, bytes.subarray(at, at === count - 1 ? undefined : at + 1), {
      fin: at === count - 1,
    }),
  );
};

/** A message in fragments of so many bytes. */
const inPieces = (size: number, opcode: number, bytes: Buffer) =>
  many(Math.ceil(bytes.length / size), (at) =>
    frame(at ? OPCODE.continuation : opcode, bytes.subarray(at * size, (at + 1) * size), {
      fin: (at + 1) * size >= bytes.length,
    }),
  );

const many = (count: number, make: (at: number) => Uint8Array) =>
  Buffer.concat(Array.from({ length: count }, (_, at) => make(at)));

const odd = (opcode: number, payload: string | Uint8Array, overrides: FrameOverrides) =>
  frame(opcode, payload, overrides);

describe('an invalid frame ends its connection, with the code of RFC 6455', () => {
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
    ['that is a continuation without a start', 1002, frame(OPCODE.continuation, 'a')],
    [
      'that starts a message within another',
      1002,
      Buffer.concat([odd(OPCODE.text, '{', { fin: false }), frame(OPCODE.text, '}')]),
    ],
    ['that is a ping with 126 bytes', 1002, frame(OPCODE.ping, Buffer.alloc(126))],
    ['that is a fragmented ping', 1002, odd(OPCODE.ping, 'a', { fin: false })],
    ['with text that is not UTF-8', 1007, frame(OPCODE.text, Buffer.of(0x7b, 0xff, 0xfe))],
    ['with a surrogate in its text', 1007, frame(OPCODE.text, Buffer.of(0xed, 0xa0, 0x80))],
    ['that declares 40 MB', 1009, odd(OPCODE.binary, 'a', { declared: 40_000_000 })],
    ['that declares 2^52 bytes', 1009, odd(OPCODE.binary, 'a', { declared: 2 ** 52 })],
    ['of 256 KiB and a byte', 1009, frame(OPCODE.text, 'a'.repeat(262_145))],
    [
      'of 256 KiB and one byte in two fragments',
      1009,
      Buffer.concat([
        odd(OPCODE.binary, Buffer.alloc(200_000), { fin: false }),
        frame(OPCODE.continuation, Buffer.alloc(62_145)),
      ]),
    ],
    ['in 65 fragments', 1008, inFragments(65, ' '.repeat(80))],
    ['in 65 empty fragments', 1008, inFragments(65, '')],
    [
      'in 20,000 pieces',
      1008,
      many(20_000, (at) => odd(at ? OPCODE.continuation : OPCODE.binary, 'a', { fin: false })),
    ],
    [
      'in 20,000 empty fragments',
      1008,
      many(20_000, (at) => odd(at ? OPCODE.continuation : OPCODE.binary, '', { fin: false })),
    ],
    ['that is a close with one byte', 1002, frame(OPCODE.close, 'a')],
    ...[0, 999, 1005, 1006, 1015, 2999, 5000, 65_535].map((code): [string, number, Buffer] => [
      `that closes with code ${code}`,
      1002,
      frame(OPCODE.close, closing(code)),
    ]),
    [
      'that is a close with a reason that is not UTF-8',
      1007,
      frame(OPCODE.close, closing(1000, Buffer.of(255, 254))),
    ],
  ])('%s: %i', async (_, code, bytes) => {
    const peer = await RawPeer.open(port);
    peer.write(bytes);
    expect(await peer.end()).toBe(code);
    expect(peer.count('disconnect')).toBe(0);
  });

  it('a request instead of the first frame', async () => {
    const peer = await RawPeer.dial(port, {}, () => Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
    expect(await peer.end()).toBe(1002);
  });

  it('20 MB of text that are actually sent', async () => {
    const peer = await RawPeer.open(port);
    peer.text('a'.repeat(20_000_000));
    await peer.end();
  });
});

describe('an unusual but valid frame has no effect', () => {
  it.each<[string, (peer: RawPeer) => Buffer]>([
    [
      'a message in 64 fragments',
      (peer) => inFragments(64, peer.envelope('discarded', { start: 'PT0S', discarded: 'PT0S' })),
    ],
    ['empty audio', () => frame(OPCODE.binary, '')],
    ['audio of one sample', () => frame(OPCODE.binary, 'a')],
    ['audio of 64 KB', () => frame(OPCODE.binary, Buffer.alloc(64_000))],
    ['audio of 256 KiB', () => frame(OPCODE.binary, Buffer.alloc(262_144))],
    [
      'a message of 65,535 characters in fragments of 1 KiB',
      (peer) => {
        const message = peer.envelope('discarded', { start: 'PT0S', discarded: 'PT0S' });
        return inPieces(1024, OPCODE.text, Buffer.from(message.padEnd(65_535)));
      },
    ],
    ['audio of 256 KiB in fragments of 4 KiB', () => inPieces(4096, OPCODE.binary, Buffer.alloc(262_144))],
    ['an unsolicited pong', () => frame(OPCODE.pong, 'x')],
    ['10,000 unsolicited pongs', () => many(10_000, () => frame(OPCODE.pong, 'x'))],
    ['10,000 empty audio frames', () => many(10_000, () => frame(OPCODE.binary, ''))],
    ['10,000 samples of audio, each in its own frame', () => many(10_000, () => frame(OPCODE.binary, 'a'))],
    ['32 MB of audio', () => many(500, () => frame(OPCODE.binary, Buffer.alloc(64_000)))],
  ])('%s', async (_, bytes) => {
    const peer = await RawPeer.open(port);
    peer.write(bytes(peer));
    await peer.stillAnswers();
    await peer.hangUp();
  });

  it('open in 64 fragments', async () => {
    const peer = await RawPeer.dial(port);
    peer.write(inFragments(64, peer.envelope('open', openParameters())));
    await peer.message('opened');
    await peer.hangUp();
  });

  it('a ping and a pong between the fragments of a message', async () => {
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

  it('5,000 pings, each of which is answered', async () => {
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
  ])('a close with %s, which is echoed', async (_, payload, code) => {
    const peer = await RawPeer.open(port);
    peer.write(frame(OPCODE.close, payload));
    expect(await peer.end()).toBe(code);
  });

  it('data after a close, which is not read', async () => {
    const peer = await RawPeer.open(port);
    const ping = frame(OPCODE.text, peer.envelope('ping'));
    peer.write(Buffer.concat([frame(OPCODE.close, closing(1000)), ping]));
    await peer.end();
    expect(peer.count('pong')).toBe(0);
  });
});
