import { describe, expect, it } from 'vitest';
import { verifies } from '#verifies';
import vectors from '../vectors/messages.json' with { type: 'json' };
import { type Decoded, decodeClientMessage, decodeServerMessage } from './decode.js';
import { MAX_TEXT_CHARS } from './limits.js';
import { isDtmfDigit } from './messages/dtmf.js';
import { clientMessages, serverMessages } from './messages/index.js';
import { describe as describeValue } from './validator.js';

interface Case {
  readonly name: string;
  readonly sender: string;
  readonly message?: unknown;
  readonly text?: string;
  readonly padTo?: number;
}

const textOf = (each: Case) => (each.text ?? JSON.stringify(each.message)).padEnd(each.padTo ?? 0);

function decode(each: Case): Decoded<unknown, unknown> {
  return each.sender === 'client' ? decodeClientMessage(textOf(each)) : decodeServerMessage(textOf(each));
}

const accepted: readonly Case[] = vectors.accept;

describe('decode', () => {
  it.each(accepted)('accepts $name ($sender)', (each) => {
    expect(decode(each)).toEqual({ kind: 'message', message: JSON.parse(textOf(each)) });
  });

  it.each(vectors.unknown)(
    verifies('AC-MSG-13', 'hands on $name ($sender) as unknown, so that its seq counts'),
    (each) => {
      expect(decode(each)).toEqual({ kind: 'unknown', envelope: each.message });
    },
  );

  it.each(vectors.reject)('refuses $name ($sender) by $clause', (each) => {
    const decoded = decode(each);
    if (decoded.kind !== 'fault') throw new Error(`taken as ${decoded.kind}`);
    const { code, clause, path, reason } = decoded.fault;
    expect({ code, clause, path }).toEqual({ code: each.code, clause: each.clause, path: each.path });
    // An actionable line: where, what was received, and what was expected.
    expect(reason).toMatch(/^[\x20-\x7e…]{10,200}$/);
    expect(reason).toContain(path.includes('\n') ? describeValue(path) : path);
    expect(reason).not.toMatch(/undefined|\[object/);
    if (code.startsWith('bad-')) expect(reason).toMatch(/ has .+ at "?\/.+; expected .+/);
  });

  it('tries every message type in both lists', () => {
    const missing = (list: readonly Case[], types: object) => {
      const tried = new Set(list.map((each) => JSON.parse(textOf(each)).type));
      return Object.keys(types).filter((type) => !tried.has(type));
    };
    expect(missing(accepted, { ...clientMessages, ...serverMessages })).toEqual([]);
    const refusedParameters = vectors.reject.filter((each) => each.code === 'bad-parameters');
    // The parameters of the other types are valid if they are an object.
    const { paused, playback_started, playback_completed, closed, pong, pause, resume, updated, ...rest } = {
      ...clientMessages,
      ...serverMessages,
    };
    expect(missing(refusedParameters, rest)).toEqual([]);
  });

  it('returns the seq of a message with invalid parameters, but not with an invalid envelope', () => {
    for (const each of vectors.reject) {
      const decoded = decode(each);
      if (decoded.kind !== 'fault') continue;
      expect(decoded.fault.seq !== undefined).toBe(each.code === 'bad-parameters');
    }
  });

  it('returns the type of a refused message if it can be read', () => {
    const decoded = decodeServerMessage('{"type":"pong","version":"2"}');
    expect(decoded).toMatchObject({ kind: 'fault', fault: { type: 'pong', path: '/id' } });
  });

  it.each([
    [{ type: 'pong' }, '"pong" has nothing at /version; expected "2"'],
    [
      { type: 7, version: '2', id: 'x' },
      'message has "x" at /id; expected a UUID (RFC 4122, version 1 to 5), or the null UUID',
    ],
    [
      {
        type: 'opened',
        parameters: { media: [{ type: 'audio', format: 'OPUS', channels: ['external'], rate: 8000 }] },
      },
      '"opened" has "OPUS" at /parameters/media/0/format; expected one of "PCMU", "L16"',
    ],
    [
      {
        type: 'opened',
        parameters: { media: [{ type: 'audio', format: 'PCMU', channels: [], rate: 8000 }] },
      },
      '"opened" has an array of 0 at /parameters/media/0/channels; expected array length to be greater or equal to 1',
    ],
    [{ type: 'pong', seq: -1 }, '"pong" has -1 at /seq; expected integer to be greater or equal to 0'],
    [
      { type: 'disconnect' },
      '"disconnect" has nothing at /parameters/reason; expected one of "completed", "error", "unauthorized"',
    ],
    [
      { type: 'reconnect', parameters: { info: 5 } },
      '"reconnect" has 5 at /parameters/info; expected a string',
    ],
  ])('explains the refusal of %j', (part, reason) => {
    const envelope = {
      version: '2',
      id: '30b0e395-84d3-4570-ac13-9a62d8f514c0',
      seq: 2,
      clientseq: 2,
      parameters: {},
    };
    const bare = Object.keys(part).length === 1 && part.type === 'pong';
    const decoded = decodeServerMessage(JSON.stringify(bare ? part : { ...envelope, ...part }));
    expect(decoded).toMatchObject({ kind: 'fault', fault: { reason } });
  });

  it('quotes only a few words of a frame of any length', () => {
    const decoded = decodeClientMessage('x'.repeat(MAX_TEXT_CHARS));
    expect(decoded).toMatchObject({ kind: 'fault', fault: { code: 'not-json' } });
    if (decoded.kind === 'fault') expect(decoded.fault.reason.length).toBeLessThan(120);
  });

  it(verifies('AC-DUR-1', 'takes every duration below 2^53 ns, however it is written, and no other'), () => {
    const each = accepted.find(({ name }) => name === 'paused')!;
    const at = (position: string) => decode({ ...each, message: { ...Object(each.message), position } });
    expect(at('PT000000009007199.25474099100S').kind).toBe('message');
    // The shortest text of a duration that is too long.
    expect(at('PT9007200S')).toMatchObject({ fault: { clause: 'AC-DUR-1', path: '/position' } });
    expect(at('PT9007199.254740992S')).toMatchObject({
      fault: {
        clause: 'AC-DUR-1',
        reason: '"paused" has "PT9007199.254740992S" at /position; expected a duration below 2^53 ns',
      },
    });
  });

  it.each(['[]', '{"a":}'])(
    'reads a frame with the deepest nesting that its length allows, of %s',
    (level) => {
      const [open, close] = [level.slice(0, -1), level.slice(-1)];
      const depth = Math.floor((MAX_TEXT_CHARS - 1000) / level.length);
      const nested = `${open.repeat(depth)}0${close.repeat(depth)}`;
      const envelope = '"version":"2","id":"30b0e395-84d3-4570-ac13-9a62d8f514c0","seq":1,"clientseq":1';
      const event = `{"type":"event",${envelope},"parameters":{"entities":[{"type":"own","data":${nested}}],"x":0}}`;
      expect(decodeServerMessage(event).kind).toBe('message');
      expect(decodeServerMessage(event, { strict: true })).toMatchObject({
        fault: { path: '/parameters/x', clause: 'AC-MSG-11' },
      });
      const misplaced = `{"type":"pause",${envelope},"parameters":${nested}}`;
      expect(['message', 'fault']).toContain(decodeServerMessage(misplaced).kind);
      const cut = `{"type":"pause",${envelope},"parameters":${open.repeat(depth)}`;
      expect(decodeServerMessage(cut)).toMatchObject({ fault: { code: 'not-json' } });
    },
  );

  it(verifies('AC-MSG-10', 'takes a frame of exactly the greatest length'), () => {
    const each = accepted.find(({ name }) => name === 'paused')!;
    expect(decode({ ...each, padTo: MAX_TEXT_CHARS }).kind).toBe('message');
    expect(decode({ ...each, padTo: MAX_TEXT_CHARS + 1 })).toMatchObject({ fault: { code: 'too-long' } });
  });
});

it('prints a path of up to 100 characters unchanged, and a longer one in quotes', () => {
  const pong = {
    version: '2',
    type: 'pong',
    id: '30b0e395-84d3-4570-ac13-9a62d8f514c0',
    seq: 2,
    clientseq: 2,
  };
  const reasonOf = (field: string) => {
    const text = JSON.stringify({ ...pong, parameters: {}, [field]: 1 });
    const decoded = decodeServerMessage(text, { strict: true });
    return decoded.kind === 'fault' ? decoded.fault.reason : '';
  };
  expect(reasonOf('x'.repeat(99))).toContain(` at /${'x'.repeat(99)} that`);
  expect(reasonOf('x'.repeat(100))).toContain(' at "/xxx');
});

it('knows the 16 keys of a telephone', () => {
  const characters = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
  expect(characters.filter(isDtmfDigit).join('')).toBe('#*0123456789ABCD');
  expect(['', '11', 'a'].some(isDtmfDigit)).toBe(false);
});
