import type { CallHandler } from '@hookline/server';

/** Opens and answers what it must, and sends nothing on its own. The caller ends the call. */
export function quiet(): CallHandler {
  return (call) =>
    new Promise((_resolve, reject) => {
      call.signal.addEventListener('abort', () => reject(call.signal.reason), { once: true });
    });
}
