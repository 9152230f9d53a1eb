/** The only algorithm of Audio Connector (AC-SIG-2). */
export const ALGORITHM = 'hmac-sha256';

/** What every signature has to cover, in the order Genesys writes it (AC-SIG-1). */
export const REQUIRED_COMPONENTS = [
  '@request-target',
  '@authority',
  'audiohook-organization-id',
  'audiohook-session-id',
  'audiohook-correlation-id',
  'x-api-key',
] as const;

/** Characters of the shortest nonce that is accepted (AC-SIG-4). */
export const MIN_NONCE_CHARS = 22;

/** Seconds from `created` to `expires` of a signature we make. */
export const SIGNATURE_LIFETIME_SECONDS = 30;

/** Seconds after `created` for which a signature is accepted (AC-SIG-5). */
export const MAX_SIGNATURE_AGE_SECONDS = 10;

/** Seconds by which the clocks of both sides may differ (AC-SIG-5, AC-SIG-6). */
export const CLOCK_SKEW_SECONDS = 3;
