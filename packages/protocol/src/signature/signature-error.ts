import { HooklineError } from '@hookline/runtime';

/** Why a signature was refused. */
export type SignatureErrorCode =
  /** The request has neither `Signature` nor `Signature-Input`. */
  | 'SIGNATURE_UNSIGNED'
  /** A signature header is missing or cannot be parsed. */
  | 'SIGNATURE_MALFORMED'
  /** The algorithm or a component is not one of Audio Connector. */
  | 'SIGNATURE_UNSUPPORTED'
  /** One of the six required components is not covered, or a covered one is not in the request. */
  | 'SIGNATURE_MISSING_COMPONENT'
  /** `keyid` is not the API key in `X-API-KEY`. */
  | 'SIGNATURE_KEYID_MISMATCH'
  /** The nonce has fewer than 22 characters. */
  | 'SIGNATURE_NONCE_TOO_SHORT'
  /** `created` is older than the maximum age. */
  | 'SIGNATURE_STALE'
  /** `created` is in the future. */
  | 'SIGNATURE_FUTURE'
  /** `expires` has passed. */
  | 'SIGNATURE_EXPIRED'
  /** The signature was made with another secret or for another request, or the API key is unknown. */
  | 'SIGNATURE_MISMATCH';

/** A signature cannot be made or is refused. */
export class SignatureError extends HooklineError<SignatureErrorCode> {
  static override get name(): string {
    return 'SignatureError';
  }

  /**
   * @param code - why
   * @param message - what is wrong with the request or the options
   */
  constructor(code: SignatureErrorCode, message: string, options?: { cause?: unknown; isUsage?: boolean }) {
    super(code, message, options);
  }
}
