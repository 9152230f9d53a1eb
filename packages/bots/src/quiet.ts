import type { CallHandler } from '@hookline/server';

/** Answers what the protocol requires, and sends nothing on its own. The caller ends the call. */
export function quiet(): CallHandler {
  return (call) =>
    new Promise((_resolve, reject) => {
      call.signal.addEventListener('abort', () => reject(call.signal.reason), { once: true });
    });
}
