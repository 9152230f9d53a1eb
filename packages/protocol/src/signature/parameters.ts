/** The only algorithm of Audio Connector (AC-SIG-2). */
export const ALGORITHM = 'hmac-sha256';

/** What every signature has to cover (AC-SIG-1), in the order of a captured request of Genesys Cloud. Any order verifies. */
export const REQUIRED_COMPONENTS = [
  '@request-target',
  'audiohook-session-id',
  'audiohook-organization-id',
  'audiohook-correlation-id',
  'x-api-key',
  '@authority',
] as const;

/** The parameters of a signature, and the only ones (AC-SIG-8), in the order of a captured request of Genesys Cloud. Any order verifies. */
export const SIGNATURE_PARAMETERS = ['created', 'expires', 'keyid', 'nonce', 'alg'] as const;
export type SignatureParameter = (typeof SIGNATURE_PARAMETERS)[number];

/** Characters of the shortest nonce that is accepted (AC-SIG-4). */
export const MIN_NONCE_CHARS = 22;

/** Seconds from `created` to `expires` of a signature we make: those of a captured request of Genesys Cloud. */
export const SIGNATURE_LIFETIME_SECONDS = 10;

/** Seconds after `created` for which a signature is accepted (AC-SIG-5). */
export const MAX_SIGNATURE_AGE_SECONDS = 10;

/** Seconds by which the clocks of both sides may differ (AC-SIG-5, AC-SIG-6). */
export const CLOCK_SKEW_SECONDS = 3;

/** What an API key looks like where an integration is set up (AC-AUTH-8). It is linear in the length of the text. */
export const API_KEY_PATTERN = /^[a-zA-Z0-9+/_-]+={0,2}$/;
