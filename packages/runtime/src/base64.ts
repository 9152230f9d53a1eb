import { checkArgument } from './argument-check.js';
import { runtimeError } from './runtime-error.js';

/**
 * The bytes of a constant in base64; browsers have no `Buffer`.
 *
 * @throws HooklineError `RUNTIME_BAD_OPTION` for anything else
 */
export function decodeBase64(base64: string): Uint8Array {
  checkArgument('RUNTIME_BAD_OPTION', 'decodeBase64: base64', base64, 'text');
  let binary: string;
  try {
    binary = atob(base64);
  } catch (error) {
    throw runtimeError(
      'RUNTIME_BAD_OPTION',
      'decodeBase64: base64 is not base64; give the whole text.',
      error,
    );
  }
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
