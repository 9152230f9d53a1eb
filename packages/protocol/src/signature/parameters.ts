/** The only algorithm of Audio Connector (AC-SIG-2). */
export const ALGORITHM = 'hmac-sha256';

/** The components that every signature must cover (AC-SIG-1), in the order that Genesys Cloud uses. Any order is accepted. */
export const REQUIRED_COMPONENTS = [
  '@request-target',
  'audiohook-session-id',
  'audiohook-organization-id',
  'audiohook-correlation-id',
  'x-api-key',
  '@authority',
] as const;

/** The only parameters of a signature (AC-SIG-8), in the order that Genesys Cloud uses. Any order is accepted. */
export const SIGNATURE_PARAMETERS = ['created', 'expires', 'keyid', 'nonce', 'alg'] as const;
export type SignatureParameter = (typeof SIGNATURE_PARAMETERS)[number];

/** The minimum length of a nonce in characters (AC-SIG-4). */
export const MIN_NONCE_CHARS = 22;

/** Default seconds from `created` to `expires` in `sign`, as Genesys Cloud sets them (AC-SIG-7). */
export const SIGNATURE_LIFETIME_SECONDS = 10;

/** Default maximum age of a signature in `verify`, in seconds since `created` (AC-SIG-5). */
export const MAX_SIGNATURE_AGE_SECONDS = 10;

/** Default tolerance of `verify` for clock differences, in seconds (AC-SIG-5, AC-SIG-6). */
export const CLOCK_SKEW_SECONDS = 3;

/** The pattern of an API key that the integration form of Genesys Cloud accepts (AC-AUTH-8). Matches in linear time. */
export const API_KEY_PATTERN = /^[a-zA-Z0-9+/_-]+={0,2}$/;
