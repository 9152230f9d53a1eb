import type { RealtimeError } from '../error.js';
import { toRealtimeError } from '../failure.js';
import type { ServiceLink } from '../service/service.js';

/**
 * A link whose methods never throw, as its contract promises. An adapter that breaks the promise must end only its own
 * call: several methods run in timers and promises of the session, where an error would end the process.
 *
 * @param name - the name of the service
 * @param onFault - is called instead of throwing
 * @throws TypeError if it is no object
 */
export function guardedLink(
  link: ServiceLink,
  name: string,
  onFault: (error: RealtimeError) => void,
): ServiceLink {
  if (typeof link !== 'object' || link === null)
    throw new TypeError(`connect() resolved with ${String(link)}; expected a link`);
  const failed = (method: string, error: unknown) =>
    onFault(toRealtimeError(error, 'SERVICE_LOST', `${name}: ${method}()`));
  const guarded =
    <Args extends readonly unknown[]>(method: string, run: (...args: Args) => void) =>
    (...args: Args): void => {
      try {
        run(...args);
      } catch (error) {
        failed(method, error);
      }
    };
  return {
    // Called for each frame, so it creates no array.
    audio(bytes) {
      try {
        link.audio(bytes);
      } catch (error) {
        failed('audio', error);
      }
    },
    get bufferedBytes() {
      try {
        return link.bufferedBytes;
      } catch (error) {
        failed('bufferedBytes', error);
        return 0;
      }
    },
    ...(link.truncate ? { truncate: guarded('truncate', (part, ms) => link.truncate?.(part, ms)) } : {}),
    ...(link.cancel ? { cancel: guarded('cancel', (id) => link.cancel?.(id)) } : {}),
    ...(link.interrupted ? { interrupted: guarded('interrupted', () => link.interrupted?.()) } : {}),
    ...(link.text ? { text: guarded('text', (text, reply) => link.text?.(text, reply)) } : {}),
    ...(link.ask ? { ask: guarded('ask', (words) => link.ask?.(words)) } : {}),
    toolResult: guarded('toolResult', (id, result, reply) => link.toolResult(id, result, reply)),
    close: guarded('close', () => link.close()),
  };
}
