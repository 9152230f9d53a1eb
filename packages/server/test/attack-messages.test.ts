import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanUp, frame, OPCODE, openParameters, PCMU, RawPeer, target } from './attack/raw-peer.js';
import { ORGANIZATION } from './attack/signed-request.js';
import { idle } from './open-call.js';

const NULL_ID = '00000000-0000-0000-0000-000000000000';
const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

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

/** A ping with one field of its envelope replaced, or left out. */
const envelopeWith = (name: string, value: unknown) => (peer: RawPeer) =>
  peer.envelope('ping', {}, { [name]: value });
const parameters = (type: string, value: unknown) => (peer: RawPeer) => peer.envelope(type, value);

describe('a message that violates the protocol ends its call with a disconnect that contains the reason', () => {
  const texts: readonly (readonly [string, string, RegExp])[] = [
    ['nothing', '', /not JSON/],
    ['half an object', '{"version":', /not JSON/],
    ['a byte order mark at the start', '\ufeff{}', /not JSON/],
    ['an array', '[]', /an array/],
    ['null', 'null', /expected a JSON object/],
    ['a number', '1', /expected a JSON object/],
    ['an empty object', '{}', /nothing at/],
    ['30,000 nested arrays', deep(30_000), /an array/],
    ['60,000 arrays that are not closed', '['.repeat(60_000), /not JSON/],
    ['65,536 characters', `"${'a'.repeat(65_534)}"`, /65536 characters/],
    ['256 KiB', `"${'a'.repeat(262_142)}"`, /262144 characters/],
  ];
  const envelopes = ['version', 'id', 'type', 'seq', 'serverseq', 'position', 'parameters'].flatMap((name) =>
    [undefined, null, [], true, -1, 1.5].map(
      (value) =>
        [
          `${name} ${JSON.stringify(value) ?? 'left out'}`,
          envelopeWith(name, value),
          new RegExp(`/${name}|expected`),
        ] as const,
    ),
  );
  const positions = ['PT', 'PT-1S', 'P1D', 'PT1M', 'pt1s', 'PT1e9S', 'PT.S', ''].map(
    (position) =>
      [`position ${JSON.stringify(position)}`, envelopeWith('position', position), /position/] as const,
  );
  it.each<readonly [string, string | ((peer: RawPeer) => string), RegExp]>([
    ...texts,
    ...envelopes,
    ...positions,
    [
      'a position of 65,000 digits, which must not delay other calls',
      (peer) => peer.envelope('ping', {}, { position: `PT${'1'.repeat(65_000)}` }),
      /position/,
    ],
    ['version 3', envelopeWith('version', '3'), /version/],
    ['another id', (peer) => peer.envelope('ping', {}, { id: randomUUID() }), /id is not/],
    ['a gap in seq', envelopeWith('seq', 7), /seq is 7; expected 2/],
    ['a repeated seq', envelopeWith('seq', 1), /seq is 1; expected 2/],
    ['a seq of 10^300', envelopeWith('seq', 1e300), /expected 2/],
    ['a serverseq ahead', envelopeWith('serverseq', 9), /serverseq is 9; this server has sent 1/],
    ['dtmf without digit', parameters('dtmf', {}), /digit/],
    ['dtmf with a number', parameters('dtmf', { digit: 1 }), /digit/],
    [
      'dtmf with 30,000 nested arrays as its digit',
      (peer) => peer.envelope('dtmf', { digit: 0 }).replace('"digit":0', `"digit":${deep(30_000)}`),
      /digit/,
    ],
    ['close with an unknown reason', parameters('close', { reason: 'bored' }), /reason/],
    ['ping with a bad rtt', parameters('ping', { rtt: 'soon' }), /rtt/],
    ['error without message', parameters('error', { code: 400 }), /message/],
    [
      'error with a bad retryAfter',
      parameters('error', { code: 429, message: '', retryAfter: 3 }),
      /retryAfter/,
    ],
    ['resumed without start', parameters('resumed', { discarded: 'PT1S' }), /start/],
    [
      'discarded before the start of the stream',
      parameters('discarded', { start: 'PT-1S', discarded: 'PT1S' }),
      /start/,
    ],
    ['update with a number as language', parameters('update', { language: 5 }), /language/],
    [
      'parameters named __proto__',
      (peer) => peer.envelope('ping').replace('"parameters"', '"__proto__"'),
      /parameters/,
    ],
  ])('%s', async (_, text, why) => {
    const peer = await RawPeer.open(port);
    peer.text(typeof text === 'string' ? text : text(peer));
    expect(await peer.disconnected()).toEqual({ reason: 'error', info: expect.stringMatching(why) });
    expect(peer.messages.map(({ type }) => type)).toEqual(['opened', 'disconnect', 'closed']);
  });

  it.each([
    ['L16', { media: [{ ...PCMU, format: 'L16' }] }, 161],
    ['two channels', { media: [{ ...PCMU, channels: ['external', 'internal'] }] }, 1601],
  ])('an incomplete sample of %s', async (_, open, bytes) => {
    const peer = await RawPeer.open(port, open);
    peer.audio(bytes);
    expect(await peer.disconnected()).toEqual({
      reason: 'error',
      info: expect.stringContaining(`${bytes} bytes`),
    });
  });
});

describe('an unusual but valid message has no effect', () => {
  it.each<[string, (peer: RawPeer) => void]>([
    [
      'unknown types',
      (peer) => ['hologram', '__proto__', 'constructor', 'toString'].map((type) => peer.send(type)),
    ],
    [
      'the message types of a server',
      (peer) =>
        ['opened', 'closed', 'disconnect', 'event', 'pong', 'pause', 'resume', 'updated'].map((type) =>
          peer.send(type),
        ),
    ],
    ['a second open', (peer) => peer.send('open', openParameters())],
    ['unknown fields', (peer) => peer.send('ping', { x: { y: [1] } }, { z: null })],
    [
      '30,000 nested arrays in an unknown field',
      (peer) => peer.text(peer.envelope('ping', { x: 0 }).replace(':0', `:${deep(30_000)}`)),
    ],
    [
      '__proto__ among the parameters',
      (peer) => peer.text(peer.envelope('ping', { x: 0 }).replace('"x":0', '"__proto__":{"rtt":1}')),
    ],
    [
      '65,535 characters',
      (peer) => {
        const short = peer.envelope('ping', { x: '' });
        peer.text(short.replace('"x":""', `"x":"${'a'.repeat(65_535 - short.length)}"`));
      },
    ],
    [
      'a duplicate key in the JSON',
      (peer) => peer.text(peer.envelope('ping').replace('"seq":2', '"seq":9,"seq":2')),
    ],
    ['its id in upper case', (peer) => peer.send('ping', {}, { id: peer.session.toUpperCase() })],
    ['the longest position', (peer) => peer.send('ping', {}, { position: 'PT9007199S' })],
    ['a round trip of a hundred days', (peer) => peer.send('ping', { rtt: 'PT9000000S' })],
    [
      'unknown keys',
      (peer) =>
        ['', '12', 'x', '\u0000', '😀', 'a'.repeat(1000)].map((digit) => peer.send('dtmf', { digit })),
    ],
    ['40 keys at once', (peer) => Array.from({ length: 40 }, () => peer.send('dtmf', { digit: '1' }))],
    [
      '40 updates at once',
      (peer) => Array.from({ length: 40 }, () => peer.send('update', { language: 'de-DE' })),
    ],
    [
      'errors of every code',
      (peer) =>
        [400, 405, 408, 409, 413, 415, 500, 503, 1, 99_999, -5].map((code) =>
          peer.send('error', { code, message: 'a\r\n\u001b[31m"}' }),
        ),
    ],
    [
      'a retryAfter of a hundred days',
      (peer) => peer.send('error', { code: 429, message: '', retryAfter: 'PT9000000S' }),
    ],
    [
      'audio while it is paused',
      (peer) => {
        peer.send('paused');
        peer.audio(1600);
        peer.send('paused');
        peer.send('resumed', { start: 'PT1S', discarded: 'PT2S' });
        peer.send('resumed', { start: 'PT1S', discarded: 'PT2S' });
        peer.audio(1600);
      },
    ],
    [
      'gaps that jump',
      (peer) => {
        peer.send('discarded', { start: 'PT9007199S', discarded: 'PT9007199S' });
        peer.audio(160);
        peer.send('discarded', { start: 'PT0S', discarded: 'PT0S' });
        peer.audio(160);
      },
    ],
    [
      'events of playbacks that never existed',
      (peer) => {
        for (let turn = 0; turn < 8; turn++) {
          peer.send('playback_completed');
          peer.send('playback_started', {}, { position: 'PT9000000S' });
          peer.send('playback_started');
          peer.send('playback_completed');
        }
      },
    ],
  ])('%s', async (_, act) => {
    const peer = await RawPeer.open(port);
    act(peer);
    await peer.stillAnswers();
    expect(peer.count('disconnect')).toBe(0);
    await peer.hangUp();
  });
});

const L16 = { ...PCMU, format: 'L16' };
const BOTH = { ...PCMU, channels: ['external', 'internal'] };
const INTERNAL = { ...PCMU, channels: ['internal'] };
const probe = { conversationId: NULL_ID, participant: { id: NULL_ID, ani: '', aniName: '', dnis: '' } };

describe('open', () => {
  it.each<[string, Record<string, unknown>, unknown]>([
    ['one channel', {}, PCMU],
    ['one channel or two', { media: [PCMU, BOTH] }, PCMU],
    ['two channels or one', { media: [BOTH, PCMU] }, PCMU],
    ['two channels', { media: [BOTH] }, BOTH],
    ['the three offers of a probe', { media: [BOTH, PCMU, INTERNAL] }, PCMU],
    ['L16', { media: [L16] }, L16],
    ['L16 or PCMU', { media: [L16, PCMU] }, PCMU],
    ['an unknown format or PCMU', { media: [{ ...PCMU, format: 'OPUS', rate: 48_000 }, PCMU] }, PCMU],
    [
      'six hundred offers, of which only the last is acceptable',
      { media: [...Array.from({ length: 600 }, () => INTERNAL), PCMU] },
      PCMU,
    ],
    ['variables of 60,000 characters', { inputVariables: { story: 'x'.repeat(60_000) } }, PCMU],
    [
      '4,000 variables',
      { inputVariables: Object.fromEntries(Array.from({ length: 4000 }, (_, at) => [`k${at}`, 'v'])) },
      PCMU,
    ],
    ['a configuration as a string', { customConfig: '{"a":1}' }, PCMU],
    ['its organization in upper case', { organizationId: ORGANIZATION.toUpperCase() }, PCMU],
    ['a probe', probe, PCMU],
  ])('with %s is answered with one of the offers', async (_, open, media) => {
    const peer = await RawPeer.open(port, open);
    const { parameters } = await peer.message('opened');
    expect(parameters).toEqual({ startPaused: false, media: [media] });
    await peer.hangUp();
  });

  it('of a probe without media is answered without media', async () => {
    const peer = await RawPeer.open(port, { ...probe, media: [] });
    expect((await peer.message('opened')).parameters).toEqual({ startPaused: false, media: [] });
    peer.audio(1600);
    await peer.hangUp();
  });

  it('accepts a variable named __proto__, and 30,000 nested arrays as its configuration', async () => {
    const peer = await RawPeer.dial(port);
    const open = peer.envelope('open', openParameters({ customConfig: 0, inputVariables: { x: '1' } }));
    peer.text(
      open.replace('"customConfig":0', `"customConfig":${deep(30_000)}`).replace('"x"', '"__proto__"'),
    );
    await peer.message('opened');
    await peer.hangUp();
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['no media', { media: [] }, /media/],
    ['an unknown format', { media: [{ ...PCMU, format: 'OPUS' }] }, /media/],
    ['16 kHz', { media: [{ ...PCMU, rate: 16_000 }] }, /media/],
    ['three channels', { media: [{ ...PCMU, channels: ['external', 'internal', 'external'] }] }, /media/],
    ['a channel twice', { media: [{ ...PCMU, channels: ['internal', 'internal'] }] }, /media/],
    ['the caller twice', { media: [{ ...PCMU, channels: ['external', 'external'] }] }, /media/],
    ['media that are not an array', { media: {} }, /media/],
    ['media of null', { media: [null] }, /media/],
    ['a rate as a string', { media: [{ ...PCMU, rate: '8000' }] }, /rate/],
    ['no participant', { participant: undefined }, /participant/],
    [
      'a participant without a UUID',
      { participant: { id: 'x', ani: '', aniName: '', dnis: '' } },
      /participant/,
    ],
    ['a number as ani', { participant: { id: randomUUID(), ani: 5, aniName: '', dnis: '' } }, /ani/],
    ['no conversation', { conversationId: undefined }, /conversationId/],
    ['a variable that is a number', { inputVariables: { a: 1 } }, /inputVariables/],
    ['variables in an array', { inputVariables: [] }, /inputVariables/],
    ['70,000 characters of variables', { inputVariables: { a: 'x'.repeat(70_000) } }, /characters/],
    ['an invalid language', { language: 5 }, /language/],
  ])('with %s is refused', async (_, open, why) => {
    const peer = await RawPeer.dial(port);
    peer.send('open', openParameters(open));
    expect(await peer.disconnected()).toEqual({ reason: 'error', info: expect.stringMatching(why) });
    expect(peer.count('opened')).toBe(0);
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>, RegExp]>([
    ['another organization', { organizationId: randomUUID() }, {}, /organizationId/],
    ['another session', {}, { id: randomUUID() }, /Session-Id/],
    ['no session', {}, { id: NULL_ID }, /Session-Id/],
  ])('of %s than the authenticated one is unauthorized', async (_, open, fields, why) => {
    const peer = await RawPeer.dial(port);
    peer.send('open', openParameters(open), fields);
    expect(await peer.disconnected()).toEqual({ reason: 'unauthorized', info: expect.stringMatching(why) });
  });

  it.each<[string, (peer: RawPeer) => void]>([
    ['audio', (peer) => peer.audio(1600)],
    ['error', (peer) => peer.send('error', { code: 500, message: 'x' })],
    ['an unknown type', (peer) => peer.send('hologram')],
  ])('may come after %s', async (_, act) => {
    const peer = await RawPeer.dial(port);
    act(peer);
    peer.send('open', openParameters());
    await peer.message('opened');
    await peer.hangUp();
  });

  it.each<[string, Record<string, unknown>]>([
    ['ping', {}],
    ['dtmf', { digit: '1' }],
    ['playback_started', {}],
    ['discarded', { start: 'PT0S', discarded: 'PT0S' }],
  ])('must come before %s', async (type, value) => {
    const peer = await RawPeer.dial(port);
    peer.send(type, value);
    expect(await peer.disconnected()).toEqual({ reason: 'error', info: expect.stringContaining(type) });
  });

  it('may be followed by close at once, and may never arrive', async () => {
    const immediate = await RawPeer.dial(port);
    immediate.write(
      Buffer.concat([
        frame(OPCODE.text, immediate.envelope('open', openParameters())),
        frame(OPCODE.text, immediate.envelope('close', { reason: 'end' })),
      ]),
    );
    await immediate.message('closed');
    const silent = await RawPeer.dial(port);
    await silent.hangUp();
    expect(silent.messages).toHaveLength(1);
  });
});

describe('close', () => {
  it.each(['end', 'error', 'disconnect', 'reconnect'])('for reason %s is answered once', async (reason) => {
    const peer = await RawPeer.open(port);
    peer.send('close', { reason });
    peer.send('close', { reason });
    peer.send('ping');
    peer.audio(1600);
    await peer.hangUp(reason);
    expect(peer.messages.map(({ type }) => type)).toEqual(['opened', 'closed']);
  });
});

describe('an unknown key', () => {
  it('is not collected, for any number and length of keys', async () => {
    const { port: collecting } = await target(async (call) => ({
      digits: (await call.collectDigits({ max: 2 })).digits,
    }));
    const peer = await RawPeer.open(collecting);
    for (const digit of ['', 'x', '12', '😀', '9'.repeat(60_000), '4', '2']) peer.send('dtmf', { digit });
    expect(await peer.disconnected()).toMatchObject({
      reason: 'completed',
      outputVariables: { digits: '42' },
    });
  });
});

describe('a client that monitors', () => {
  it('receives correct counters from open to close', async () => {
    const peer = await RawPeer.open(port, { media: [BOTH, PCMU] });
    expect(peer.messages[0]).toMatchObject({ seq: 1, clientseq: 1 });
    peer.send('ping');
    expect(await peer.message('pong')).toMatchObject({ seq: 2, clientseq: 2, parameters: {} });
    peer.send('ping', { rtt: 'PT0.005S' });
    expect(await peer.message('pong', 2)).toMatchObject({ seq: 3, clientseq: 3 });
    peer.send('update', { language: 'en-GB' });
    expect(await peer.message('updated')).toMatchObject({ seq: 4, clientseq: 4 });
    peer.send('discarded', { start: 'PT0S', discarded: 'PT1S' });
    peer.send('error', { code: 429, message: 'slow', retryAfter: 'PT0.1S' });
    peer.send('paused');
    await peer.stillAnswers();
    peer.send('resumed', { start: 'PT1S', discarded: 'PT0.5S' });
    peer.audio(1600);
    await peer.stillAnswers();
    await peer.hangUp();
    expect(peer.messages.at(-1)).toMatchObject({ type: 'closed', seq: 7, clientseq: 11, parameters: {} });
  });
});
