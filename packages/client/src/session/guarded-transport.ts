import { runUserCode, type Transport, type TransportEnd } from '@hookline/runtime';

/**
 * Guards the transport of a custom dialler: an error that it throws ends the connection, and its end is reported once, as
 * the last event.
 *
 * @param crashed - receives errors of this package while it handles an event
 */
export function guardedTransport(transport: Transport, crashed: (error: unknown) => void): Transport {
  let isOver = false;
  /** An end that occurred before a listener was attached: the first message is sent before that. */
  let early: TransportEnd | undefined;
  let end: (end: TransportEnd) => void = (fact) => {
    early ??= fact;
  };
  const drop = () =>
    runUserCode(
      () => transport.terminate(),
      () => {},
    );
  const lose = (error: unknown) => {
    const cause = error instanceof Error ? error : new Error('the transport threw', { cause: error });
    drop();
    end({ code: 1006, reason: '', error: cause });
  };
  const guard = <Args extends unknown[]>(act: (...args: Args) => unknown) => {
    return (...args: Args) => runUserCode(() => act(...args), lose);
  };
  const take = <Args extends unknown[]>(handler: (...args: Args) => void) => {
    return (...args: Args) => {
      if (isOver) return;
      try {
        handler(...args);
      } catch (error) {
        crashed(error);
      }
    };
  };
  return {
    get bufferedAmount() {
      try {
        return transport.bufferedAmount;
      } catch {
        return 0;
      }
    },
    listen: (listener) => {
      end = take((fact) => {
        isOver = true;
        listener.closed(fact);
      });
      if (early) {
        end(early);
        return;
      }
      guard(() =>
        transport.listen({
          text: take((text) => listener.text(text)),
          binary: take((bytes) => listener.binary(bytes)),
          closed: (fact) => end(fact),
        }),
      )();
    },
    sendText: guard((text) => transport.sendText(text)),
    sendBinary: guard((bytes) => transport.sendBinary(bytes)),
    close: guard((code, reason) => transport.close(code, reason)),
    terminate: guard(() => transport.terminate()),
    ...(transport.stopReading ? { stopReading: guard(() => transport.stopReading?.()) } : {}),
  };
}
