import { messageOf } from '@hookline/runtime';
import { argumentErrorSaying } from '../argument-error.js';
import { upgradeHeaders } from '../session/upgrade-headers.js';
import type { WireStyle } from '../session/wire-style.js';
import type { IntegrationSettings } from './integration.js';

/**
 * Signs once, to check that the request can be signed with these options.
 *
 * @throws HooklineError `CLIENT_BAD_ARGUMENT` naming `wireStyle.signature`
 */
export function checkSignature(
  url: string,
  { organizationId, apiKey, secret }: IntegrationSettings,
  ids: { readonly sessionId: string; readonly correlationId: string },
  style: WireStyle,
): void {
  if (style.signature === undefined) return;
  try {
    // Also without a secret, because an option that cannot be used for signing is a mistake in any case.
    upgradeHeaders(url, { organizationId, apiKey, secret: secret ?? new Uint8Array(1), ...ids }, 0, style);
  } catch (error) {
    throw argumentErrorSaying('wireStyle.signature', messageOf(error).replace(/\.$/, ''), error);
  }
}
