import { describe, expect, it } from 'vitest';
import { verifies } from '#verifies';
import vectors from '../vectors/messages.json' with { type: 'json' };
import { decodeClientMessage, decodeServerMessage } from './decode.js';
import { unknownFields } from './unknown-fields.js';

const ID = '30b0e395-84d3-4570-ac13-9a62d8f514c0';
const client = { version: '2', id: ID, seq: 2, serverseq: 1, position: 'PT1S', parameters: {} };
const server = { version: '2', id: ID, seq: 2, clientseq: 1, parameters: {} };

function drift(message: object): string[] {
  const text = JSON.stringify(message);
  for (const decoded of [decodeClientMessage(text), decodeServerMessage(text)]) {
    if (decoded.kind === 'message') return unknownFields(decoded.message);
  }
  throw new Error(`no message: ${text}`);
}

describe('unknownFields', () => {
  it('finds nothing in a message of this version', () => {
    for (const { name, message } of vectors.accept) {
      const meant = /unknown fields|nobody knows|new field|with a position/.test(name);
      if (message && !meant) expect(drift(message), name).toEqual([]);
    }
  });

  it(
    verifies('AC-MSG-11', 'takes and names fields of the envelope, of parameters and of what they hold'),
    () => {
      const open = vectors.accept.find(
        ({ name }) => name === 'open with unknown fields in every object',
      )?.message;
      expect(drift(open ?? {})).toEqual(['/parameters/participant/future', '/parameters/future', '/future']);
      const offers = vectors.accept.find(({ name }) => name.startsWith('open that offers a format'))?.message;
      expect(drift(offers ?? {})).toEqual(['/parameters/media/0/bitrate']);
    },
  );

  it('escapes names that contain a slash or a tilde', () => {
    expect(drift({ ...client, type: 'ping', 'a/b~c': 1 })).toEqual(['/a~1b~0c']);
  });

  it('does not treat inherited property names as known fields', () => {
    const text = JSON.stringify({ ...client, type: 'ping', constructor: 1 }).replace('{', '{"__proto__":1,');
    const decoded = decodeClientMessage(text);
    expect(decoded.kind === 'message' && unknownFields(decoded.message)).toEqual([
      '/__proto__',
      '/constructor',
    ]);
  });

  it('does not search values without a fixed schema', () => {
    const entities = [{ type: 'transcript', data: { anything: { at: 'all' } } }];
    expect(drift({ ...server, type: 'event', parameters: { entities } })).toEqual([]);
    const outputVariables = { anything: '1' };
    expect(
      drift({ ...server, type: 'disconnect', parameters: { reason: 'completed', outputVariables } }),
    ).toEqual([]);
  });
});

describe('decode with strict', () => {
  const ping = { ...client, type: 'ping' };

  it('refuses an unknown field, names it, and returns the seq', () => {
    const text = JSON.stringify({ ...ping, parameters: { rtt: 'PT0.1S', jitter: 5 } });
    expect(decodeClientMessage(text).kind).toBe('message');
    expect(decodeClientMessage(text, { strict: true })).toEqual({
      kind: 'fault',
      fault: {
        code: 'unknown-field',
        clause: 'AC-MSG-11',
        path: '/parameters/jitter',
        reason: '"ping" has a field at /parameters/jitter that the protocol does not know; expected none',
        seq: 2,
        type: 'ping',
      },
    });
  });

  it('accepts a message of this version', () => {
    expect(decodeClientMessage(JSON.stringify(ping), { strict: true }).kind).toBe('message');
    const pong = JSON.stringify({ ...server, type: 'pong' });
    expect(decodeServerMessage(pong, { strict: true }).kind).toBe('message');
  });

  it('refuses a server message with `position`, which only clients send', () => {
    const pong = JSON.stringify({ ...server, type: 'pong', position: 'PT0S' });
    expect(decodeServerMessage(pong, { strict: true })).toMatchObject({ fault: { path: '/position' } });
  });

  it('returns unknown types as before, which is another rule', () => {
    expect(decodeClientMessage(JSON.stringify({ ...client, type: 'hello' }), { strict: true }).kind).toBe(
      'unknown',
    );
  });
});
