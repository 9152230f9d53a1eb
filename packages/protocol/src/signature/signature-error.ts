import { HooklineError } from '@hookline/runtime';

/** Why a request's signature was refused. */
export type SignatureErrorCode =
  /** Neither `Signature` nor `Signature-Input` is there. */
  | 'unsigned'
  /** The headers do not have the form of a signature. */
  | 'malformed'
  /** An algorithm or component that Audio Connector does not use. */
  | 'unsupported'
  /** One of the six components is not covered, or is covered and not in the request. */
  | 'missing-component'
  /** `keyid` is not the API key that was sent. */
  | 'keyid-mismatch'
  /** The nonce is too short to be unique. */
  | 'nonce-too-short'
  /** `created` is too long ago. */
  | 'stale'
  /** `created` lies in the future. */
  | 'future'
  /** `expires` has passed. */
  | 'expired'
  /** The signature was made with another secret or for another request, or the key is unknown. */
  | 'mismatch';

/** A signature that cannot be made or is not accepted. */
export class SignatureError extends HooklineError<SignatureErrorCode> {}
