import { type Transport, VirtualClock } from '@hookline/runtime';
import { expect, test } from 'vitest';
import { faultyTransport } from './faulty-transport.js';

/** A connection that is reset at a byte, and what happened to it. */
function resetAt(resetAtByte: number) {
  const told = { resets: 0 };
  const transport: Transport = {
    bufferedAmount: 0,
    terminate: () => {
      told.resets += 1;
    },
    ...{ listen() {}, sendText() {}, sendBinary() {}, close() {} },
  };
  return { faulty: faultyTransport(transport, { resetAtByte }, new VirtualClock(), 0), told };
}

test('resets the connection with the byte that it was told, messages and audio together', () => {
  const { faulty, told } = resetAt(10);
  faulty.sendText('1234');
  faulty.sendBinary(new Uint8Array(5));
  expect(told.resets).toBe(0);
  faulty.sendBinary(new Uint8Array(1));
  expect(told.resets).toBe(1);
});

test('counts bytes, not characters', () => {
  const { faulty, told } = resetAt(6);
  faulty.sendText('äö');
  expect(told.resets).toBe(0);
  faulty.sendText('ü');
  expect(told.resets).toBe(1);
});
