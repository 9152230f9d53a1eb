import { describeValue, isBytes, runUserCode, type Transport, type TransportEnd } from '@hookline/runtime';

/**
 * Guards the transport of a custom dialler: an error that it throws, or a value of the wrong type that it delivers, ends
 * the connection, and its end is reported once, as the last event. The bot must not be blamed for either.
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
  /** A value of another type than the transport should deliver. */
  const refuse = (what: string, value: unknown, expected: string) => {
    lose(
      new TypeError(
        `the transport of the dialler: ${what} is ${describeValue(value)}; expected ${expected}.`,
      ),
    );
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
          text: take((text) => {
            if (typeof text === 'string') listener.text(text);
            else refuse('text', text, 'a string');
          }),
          binary: take((bytes) => {
            if (isBytes(bytes)) listener.binary(bytes);
            else refuse('binary', bytes, 'a Uint8Array');
          }),
          closed: (fact) => end(endOf(fact)),
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

/** The end that a transport reported; the loss of the connection if it reported something else. */
function endOf(given: unknown): TransportEnd {
  if (isEnd(given)) return given;
  const error = new TypeError(
    `the transport of the dialler: closed is ${describeValue(given)}; expected an object with code and reason.`,
  );
  return { code: 1006, reason: '', error };
}

function isEnd(given: unknown): given is TransportEnd {
  return (
    typeof given === 'object' &&
    given !== null &&
    'code' in given &&
    Number.isInteger(given.code) &&
    'reason' in given &&
    typeof given.reason === 'string'
  );
}
