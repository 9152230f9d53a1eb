import { EventEmitter } from 'node:events';
import { type TransportEnd, VirtualClock } from '@hookline/runtime';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { WsTransport } from './ws-transport.js';

/** How a connection ends for its listener whose socket reports `error`, if any, and then closes. */
function endOf(error: unknown, code: number, reason = '', fields = {}): TransportEnd | undefined {
  const socket = Object.assign(new EventEmitter(), { terminate() {}, ...fields });
  const transport = new WsTransport(socket as unknown as WebSocket, new VirtualClock());
  let end: TransportEnd | undefined;
  transport.listen({
    text() {},
    binary() {},
    closed: (fact) => {
      end = fact;
    },
  });
  if (error) socket.emit('error', error);
  socket.emit('close', code, Buffer.from(reason));
  return end;
}

describe('the end of a connection', () => {
  it.each([
    ['WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', 1009],
    ['WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH', 1009],
    ['WS_ERR_TOO_MANY_BUFFERED_PARTS', 1008],
    ['WS_ERR_INVALID_UTF8', 1007],
    ['WS_ERR_INVALID_OPCODE', 1002],
    ['ECONNRESET', 1006],
  ])('after the error %s has code %i and the message of the error as its reason', (code, expected) => {
    const error = Object.assign(new Error('what happened'), { code });
    expect(endOf(error, 1006)).toMatchObject({ code: expected, reason: 'what happened' });
    expect(endOf(error, 1006, 'by the peer')).toMatchObject({ code: expected, reason: 'by the peer' });
  });

  it.each([
    ['WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', { _receiver: { _opcode: 1 } }, 'text-too-long'],
    ['WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH', { _receiver: { _opcode: 2 } }, 'binary-too-long'],
    ['WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', { _receiver: {} }, 'message-too-long'],
    ['WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', {}, 'message-too-long'],
    ['WS_ERR_INVALID_UTF8', {}, 'not-utf8'],
    ['WS_ERR_UNEXPECTED_RSV_1', {}, 'reserved-bits'],
    ['WS_ERR_INVALID_UTF8', { _receiver: { _opcode: 1 } }, 'not-utf8'],
    ['WS_ERR_INVALID_UTF8', { _receiver: { _opcode: 8 } }, undefined],
    ['WS_ERR_UNEXPECTED_RSV_1', { _receiver: { _buffers: [Uint8Array.of(0xaa, 0x56)] } }, 'reserved-bits'],
    // HTTP in place of frames: the bit of compression is in its first letter.
    ['WS_ERR_UNEXPECTED_RSV_1', { _receiver: { _buffers: [Buffer.from('TP/1.1 500\r\n')] } }, 'no-frame'],
    ['WS_ERR_UNEXPECTED_RSV_2_3', {}, 'no-frame'],
    ['WS_ERR_INVALID_OPCODE', {}, undefined],
    ['ECONNRESET', {}, undefined],
  ])('after the error %s of %j has the refusal %s', (code, fields, refused) => {
    expect(endOf(Object.assign(new Error('x'), { code }), 1006, '', fields)?.refused).toBe(refused);
  });

  it.each([[{}], [{ code: 7 }]])(
    'after an error without a code, %j, keeps the code of the close',
    (fields) => {
      expect(endOf(Object.assign(new Error('x'), fields), 1006)).toMatchObject({ code: 1006, reason: 'x' });
    },
  );

  it('without an error is what the close says', () => {
    expect(endOf(undefined, 1000, 'done')).toEqual({ code: 1000, reason: 'done' });
  });
});
