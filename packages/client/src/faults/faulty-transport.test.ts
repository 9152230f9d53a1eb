import { type Transport, VirtualClock } from '@hookline/runtime';
import { expect, test } from 'vitest';
import { faultyTransport } from './faulty-transport.js';

/** A connection that is reset at a byte, and its events. */
function resetAt(resetAtByte: number) {
  const events = { resets: 0 };
  const transport: Transport = {
    bufferedAmount: 0,
    terminate: () => {
      events.resets += 1;
    },
    ...{ listen() {}, sendText() {}, sendBinary() {}, close() {} },
  };
  return { faulty: faultyTransport(transport, { resetAtByte }, new VirtualClock(), 0), events };
}

test('resets the connection at the given byte of messages and audio together', () => {
  const { faulty, events } = resetAt(10);
  faulty.sendText('1234');
  faulty.sendBinary(new Uint8Array(5));
  expect(events.resets).toBe(0);
  faulty.sendBinary(new Uint8Array(1));
  expect(events.resets).toBe(1);
});

test('counts bytes, not characters', () => {
  const { faulty, events } = resetAt(6);
  faulty.sendText('äö');
  expect(events.resets).toBe(0);
  faulty.sendText('ü');
  expect(events.resets).toBe(1);
});
