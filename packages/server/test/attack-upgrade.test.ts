import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answerTo,
  cleanUp,
  dialBare,
  frame,
  OPCODE,
  openParameters,
  RawPeer,
  target,
} from './attack/raw-peer.js';
import {
  API_KEY,
  added,
  CLIENT_SECRET,
  COMPONENTS,
  changed,
  type RequestOverrides,
  signedRequest,
  without,
} from './attack/signed-request.js';
import { idle } from './open-call.js';

let port = 0;
let sessions = () => 0;

beforeAll(async () => {
  const attacked = await target(idle);
  port = attacked.port;
  sessions = () => attacked.bot.sessions;
});
afterAll(cleanUp);

const empty = new Uint8Array(0);
const replaced = (name: string, value: string): RequestOverrides => ({ headers: changed(name, () => value) });
const parameter = (name: string, value: string): RequestOverrides => ({
  parameters: (usual) => usual.map(([other, was]) => [other, other === name ? value : was]),
});
const withoutParameter = (name: string): RequestOverrides => ({
  parameters: (usual) => usual.filter(([other]) => other !== name),
});
const padded = (bytes: number): RequestOverrides => ({
  signature: (right) => Buffer.concat([right, Buffer.alloc(Math.max(0, bytes - 32))]).subarray(0, bytes),
});

describe('an upgrade request is accepted', () => {
  it.each<[string, RequestOverrides]>([
    ['as Genesys sends it', {}],
    ['with a Connector ID', { path: '/some/bot' }],
    ['with a query', { path: '/?tier=gold&b=%20' }],
    ['nine seconds after it was signed', { created: -9 }],
    ['two seconds before it was signed, by the clock of the server', { created: 2 }],
    ['without alg', withoutParameter('alg')],
    ['without expires', withoutParameter('expires')],
    ['with its parameters in another order', { parameters: (usual) => [...usual].reverse() }],
    ['with its components in another order', { components: [...COMPONENTS].reverse() }],
    ['under another label', { label: 'genesys' }],
    ['with a nonce of 22 characters', { nonce: randomBytes(11).toString('hex') }],
    ['with a nonce of 4,000 characters', { nonce: randomBytes(2000).toString('hex') }],
    ['with spaces around a value', { headers: changed('x-api-key', (key) => `   ${key}\t `) }],
    ['with Upgrade in upper case', replaced('upgrade', 'WebSocket')],
    ['with more names in Connection', replaced('connection', 'keep-alive, Upgrade')],
  ])('%s', async (_, odd) => {
    expect((await answerTo(port, signedRequest(port, odd).text)).status).toBe(101);
  });

  it('with the accept key of RFC 6455, and without extension or subprotocol regardless of the offer', async () => {
    const key = randomBytes(16).toString('base64');
    const offers = (usual: readonly (readonly [string, string])[]) => [
      ...changed('sec-websocket-key', () => key)(usual),
      ['Sec-WebSocket-Extensions', 'permessage-deflate; client_max_window_bits'] as const,
      ['Sec-WebSocket-Protocol', 'audiohook, chat'] as const,
    ];
    const { text } = await answerTo(port, signedRequest(port, { headers: offers }).text);
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    expect(text).toContain(`Sec-WebSocket-Accept: ${accept}\r\n`);
    expect(text).not.toMatch(/extensions|protocol:/i);
  });

  it('sent byte by byte', async () => {
    const socket = await dialBare(port);
    socket.setNoDelay(true);
    for (const letter of signedRequest(port).text) socket.write(letter);
    const head = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
    expect(head).toMatch(/^HTTP\/1.1 101 /);
  });

  it('with open in the same packet, which is not lost', async () => {
    const peer = await RawPeer.dial(port, {}, (dialled) =>
      frame(OPCODE.text, dialled.envelope('open', openParameters())),
    );
    await peer.message('opened');
    await peer.hangUp();
  });
});

describe('an upgrade request is refused with 401 and a reason without secrets', () => {
  it.each<[string, RequestOverrides]>([
    ['unsigned', { headers: without(/^signature/i) }],
    ['unsigned with an unknown key', { key: 'nobody', headers: without(/^signature/i) }],
    ['without a key', { headers: without(/^x-api-key$/i) }],
    ['with an empty key', replaced('x-api-key', '')],
    ['with an unknown key and an empty secret', { key: 'nobody', secret: empty }],
    ['with an unknown key and the right secret', { key: 'nobody' }],
    ['with a known key and an empty secret', { secret: empty }],
    ['with the key __proto__ and an empty secret', { key: '__proto__', secret: empty }],
    ['with the key constructor, unsigned', { key: 'constructor', headers: without(/^signature/i) }],
    ['signed with the base64 text of the secret', { secret: Buffer.from(CLIENT_SECRET) }],
    ...[0, 1, 31, 33, 64, 3000].map((bytes): [string, RequestOverrides] => [
      `with a signature of ${bytes} bytes`,
      padded(bytes),
    ]),
    [
      'with one bit of the signature flipped',
      { signature: (right) => right.map((byte, at) => (at ? byte : byte ^ 1)) },
    ],
    ['with a signature of 12,000 characters', { signature: () => 'A'.repeat(12_000) }],
    ['with a signature that is not base64', { signature: () => '!!!!' }],
    ['with a signature in quotes', { headers: changed('signature', (value) => value.replaceAll(':', '"')) }],
    [
      'with a signature that is not terminated',
      { headers: changed('signature', (value) => value.slice(0, -1)) },
    ],
    ['with an empty Signature', replaced('signature', '')],
    ['with an empty Signature-Input', replaced('signature-input', '')],
    ['without Signature', { headers: without(/^signature$/i) }],
    ['without Signature-Input', { headers: without(/^signature-input$/i) }],
    ['fourteen seconds after it was signed', { created: -14, lifetime: 100 }],
    ['five seconds before it was signed', { created: 5 }],
    ['after it expired', { created: -6, lifetime: 1 }],
    ['that expires before it was signed', { lifetime: -100 }],
    ['created in the year 31,690,708', parameter('created', '999999999999999')],
    ['created with 16 digits', parameter('created', '9999999999999999')],
    ['created before 1970', parameter('created', '-1')],
    ['with a token as created', parameter('created', 'now')],
    ['with created twice', { parameters: (usual) => [...usual, ['created', '1']] }],
    ['without created', withoutParameter('created')],
    ['without nonce', withoutParameter('nonce')],
    ['without keyid', withoutParameter('keyid')],
    ['with alg none', parameter('alg', '"none"')],
    ['with another keyid', { keyid: 'other' }],
    ['with a nonce of 21 characters', { nonce: 'n'.repeat(21) }],
    ...COMPONENTS.map((left): [string, RequestOverrides] => [
      `that does not cover ${left}`,
      { components: COMPONENTS.filter((name) => name !== left) },
    ]),
    ['that covers nothing', { components: [] }],
    ['that covers a component twice', { components: ['@authority', ...COMPONENTS] }],
    ['that covers a header that is not sent', { components: ['x-none', ...COMPONENTS] }],
    ['that covers @method', { components: ['@method', ...COMPONENTS] }],
    ['with labels that differ', { headers: changed('signature', (value) => value.replace('sig1', 'sig2')) }],
    ['with X-API-KEY twice', { headers: added('X-API-KEY', API_KEY) }],
    ['with the session header twice', { headers: added('Audiohook-Session-Id', randomUUID()) }],
    ['with another session than was signed', replaced('audiohook-session-id', randomUUID())],
    ['with another Host than was signed', replaced('host', 'evil.example')],
    ['with a second Host', { headers: added('Host', 'evil.example') }],
    [
      'with the right host only in X-Forwarded-Host',
      { headers: (usual) => added('X-Forwarded-Host', '127.0.0.1')(changed('host', () => 'a.b')(usual)) },
    ],
    ['with another path than was signed', { target: '/other' }],
    ['with a query that was not signed', { target: '/?x' }],
    ...[' ', '\t', '"', '\\', ',', '(', ';'].map((character): [string, RequestOverrides] => [
      `with 7,000 times ${JSON.stringify(character)} in Signature-Input`,
      { headers: changed('signature-input', (value) => `${value}${character.repeat(7000)}x`) },
    ]),
  ])('%s', async (_, odd) => {
    const { status, text } = await answerTo(port, signedRequest(port, odd).text);
    expect(text).toMatch(/^HTTP\/1.1 401 /);
    expect(status).toBe(401);
    const body = text.slice(text.indexOf('\r\n\r\n') + 4);
    expect(JSON.parse(body)).toMatchObject({ error: 'unauthorized', reason: expect.any(String) });
    expect(body).not.toContain(CLIENT_SECRET);
    expect(body).not.toContain(API_KEY);
  });

  it('if it is repeated, even twenty times at once', async () => {
    const { text } = signedRequest(port);
    const answers = await Promise.all(Array.from({ length: 20 }, () => answerTo(port, text)));
    expect(answers.filter(({ status }) => status === 101)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(19);
  });

  it('if it is signed again with a used nonce', async () => {
    const nonce = randomBytes(18).toString('base64');
    expect((await answerTo(port, signedRequest(port, { nonce }).text)).status).toBe(101);
    expect((await answerTo(port, signedRequest(port, { nonce }).text)).status).toBe(401);
  });
});

describe('an invalid handshake is refused', () => {
  it.each<[string, number, RequestOverrides]>([
    ['HTTP/1.0', 400, { version: '1.0' }],
    ['HTTP/2.0', 400, { version: '2.0' }],
    ['POST', 400, { method: 'POST' }],
    ['an unknown method', 400, { method: 'FROB' }],
    ['WebSocket 8', 426, replaced('sec-websocket-version', '8')],
    ['WebSocket 14', 426, replaced('sec-websocket-version', '14')],
    ['no WebSocket version', 426, { headers: without(/version/i) }],
    ['no key', 400, { headers: without(/websocket-key/i) }],
    ['a short key', 400, replaced('sec-websocket-key', 'AAAA')],
    ['two keys', 400, { headers: added('Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ==') }],
    ['an upgrade to h2c', 426, replaced('upgrade', 'h2c')],
    ['no Upgrade', 426, { headers: without(/^upgrade$/i) }],
    ['a session that is not a UUID', 400, { session: 'nonsense' }],
    ['an organization that is not a UUID', 400, { organization: 'nonsense' }],
    ['a NUL byte in a header', 400, replaced('x-api-key', 'a\0b')],
    ['the absolute form of the target', 404, { path: 'http://127.0.0.1/' }],
    ['a header of 20 KB', 431, { headers: added('X', 'a'.repeat(20_000)) }],
    ['a header of 4 MB', 431, { headers: added('X', 'a'.repeat(4_000_000)) }],
    ['a path of 1 MB', 431, { path: `/${'a'.repeat(1_000_000)}` }],
  ])('%s: %i', async (_, status, odd) => {
    const answer = await answerTo(port, signedRequest(port, odd).text);
    expect(answer.status).toBe(status);
  });

  it('with the supported version', async () => {
    const { text } = await answerTo(port, signedRequest(port, replaced('sec-websocket-version', '8')).text);
    expect(text).toContain('Sec-WebSocket-Version: 13\r\n');
  });

  it.each([
    ['noise', '\0\u00ff\u0080noise'.repeat(300)],
    ['the start of a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ])('%s: 400', async (_, text) => {
    expect((await answerTo(port, text)).status).toBe(400);
  });

  it('and the response waits for a peer that continues to send before it reads', async () => {
    const socket = await dialBare(port);
    socket.write(signedRequest(port, { secret: empty }).text);
    const sending = setInterval(() => socket.write('a'.repeat(10_000)), 5);
    await new Promise((resolve) => setTimeout(resolve, 200));
    clearInterval(sending);
    const answer = await new Promise<string>((resolve) => {
      socket.once('data', (data) => resolve(String(data)));
      socket.once('close', () => resolve('nothing: the connection was reset'));
    });
    expect(answer).toMatch(/^HTTP\/1.1 401 /);
  });

  it('and the response arrives although much more was sent than is read', async () => {
    const refused = signedRequest(port, { secret: empty }).text;
    const { status, text } = await answerTo(
      port,
      `${refused}${signedRequest(port).text}${'a'.repeat(2_000_000)}`,
    );
    expect(status).toBe(401);
    expect(text).not.toContain(' 101 ');
  });
});

describe('a peer during the handshake', () => {
  it('may reset the connection at any byte', async () => {
    const { text } = signedRequest(port);
    for (let length = 0; length <= text.length; length++) {
      const socket = await dialBare(port);
      if (length > 0) await new Promise((resolve) => socket.write(text.slice(0, length), resolve));
      socket.resetAndDestroy();
    }
    const next = await RawPeer.open(port);
    await next.hangUp();
  });

  it('may half-close the connection at any byte, which ends it', async () => {
    const { text } = signedRequest(port);
    const ends: Promise<void>[] = [];
    for (let length = 0; length <= text.length; length += 11) {
      const socket = await dialBare(port);
      socket.resume();
      ends.push(new Promise((resolve) => socket.once('end', resolve)));
      socket.end(text.slice(0, length));
    }
    await Promise.all(ends);
    expect(sessions()).toBeLessThan(2);
  });

  it('loses its connection if it does not close it after a refusal', async () => {
    const socket = await dialBare(port);
    socket.write(signedRequest(port, { secret: empty }).text);
    socket.resume();
    await new Promise((resolve) => socket.once('end', resolve));
    // Half open on purpose: only a reset tells that the other half is gone, too.
    const writing = setInterval(() => socket.write('x'), 50);
    await new Promise((resolve) => socket.once('close', resolve));
    clearInterval(writing);
  });
});
