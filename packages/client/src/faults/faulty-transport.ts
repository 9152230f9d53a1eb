import type { Cancel, Clock, Transport, TransportListener } from '@hookline/runtime';
import type { Faults } from './faults.js';

/**
 * A connection over a bad network: reset after some bytes, or no longer read after some time.
 *
 * @param dialledAtMs - the time of dialling
 */
export function faultyTransport(
  transport: Transport,
  { resetAtByte, stopReadingAfterMs }: Faults,
  clock: Clock,
  dialledAtMs: number,
): Transport {
  if (resetAtByte === undefined && stopReadingAfterMs === undefined) return transport;
  let remainingBytes = resetAtByte ?? Number.POSITIVE_INFINITY;
  const countBytes = (bytes: number) => {
    remainingBytes -= bytes;
    if (remainingBytes <= 0) transport.terminate();
  };
  let isRead = true;
  const stopReading = () => {
    isRead = false;
    transport.stopReading?.();
  };
  const cancel: Cancel =
    stopReadingAfterMs === undefined
      ? () => {}
      : clock.after(Math.max(0, dialledAtMs + stopReadingAfterMs - clock.now()), stopReading);
  return {
    get bufferedAmount() {
      return transport.bufferedAmount;
    },
    listen(listener: TransportListener) {
      transport.listen({
        text: (text) => isRead && listener.text(text),
        binary: (bytes) => isRead && listener.binary(bytes),
        closed: (end) => {
          cancel();
          listener.closed(end);
        },
      });
    },
    sendText(text) {
      transport.sendText(text);
      countBytes(Buffer.byteLength(text));
    },
    sendBinary(bytes) {
      transport.sendBinary(bytes);
      countBytes(bytes.length);
    },
    close: (code, reason) => transport.close(code, reason),
    terminate: () => transport.terminate(),
  };
}
