import { HooklineError } from '@hookline/runtime';

/** Why a signature was refused. */
export type SignatureErrorCode =
  /** The request has neither `Signature` nor `Signature-Input`. */
  | 'unsigned'
  /** A signature header is missing or cannot be parsed. */
  | 'malformed'
  /** The algorithm or a component is not one of Audio Connector. */
  | 'unsupported'
  /** One of the six required components is not covered, or a covered one is not in the request. */
  | 'missing-component'
  /** `keyid` is not the API key in `X-API-KEY`. */
  | 'keyid-mismatch'
  /** The nonce has fewer than 22 characters. */
  | 'nonce-too-short'
  /** `created` is older than the maximum age. */
  | 'stale'
  /** `created` is in the future. */
  | 'future'
  /** `expires` has passed. */
  | 'expired'
  /** The signature was made with another secret or for another request, or the API key is unknown. */
  | 'mismatch';

/** A signature cannot be made or is refused. */
export class SignatureError extends HooklineError<SignatureErrorCode> {}
