export { type HeaderLookup, headerLookup } from './header-lookup.js';
export {
  API_KEY_PATTERN,
  CLOCK_SKEW_SECONDS,
  MAX_SIGNATURE_AGE_SECONDS,
  MIN_NONCE_CHARS,
  REQUIRED_COMPONENTS,
  SIGNATURE_LIFETIME_SECONDS,
  SIGNATURE_PARAMETERS,
  type SignatureParameter,
} from './parameters.js';
export { decodeSecret } from './secret.js';
export { type SignedHeaders, type SignOptions, type SignTarget, sign } from './sign.js';
export type { SignedRequest } from './signature-base.js';
export { SignatureError, type SignatureErrorCode } from './signature-error.js';
export { requestSignatureBase } from './signature-input.js';
export { type VerifyOptions, type VerifyResult, verify } from './verify.js';
