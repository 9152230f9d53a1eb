import { errorFactory, type HooklineError } from '@hookline/runtime';

/** The `code` of every `HooklineError` of this package. */
export type ProtocolErrorCode =
  /** The Base Connection URI has a query, so no Connector ID can be appended. */
  | 'BASE_URI_HAS_QUERY'
  /** No clause has this id. */
  | 'CLAUSE_UNKNOWN'
  /** A duration is not a whole number of nanoseconds from 0 to 2^53 - 1. */
  | 'DURATION_RANGE'
  /** `minDecimals` of a duration is not a whole number from 0 to 9. */
  | 'DURATION_DECIMALS'
  /** The API key, nonce, label or time cannot be written into a header, or a header cannot be parsed. */
  | 'FIELD_MALFORMED'
  /** An argument is of the wrong type, such as a text where a list is expected. */
  | 'PROTOCOL_BAD_ARGUMENT'
  /** The client secret is empty or not base64. */
  | 'SECRET_INVALID'
  /** An option of `sign` or `verify` does not exist. */
  | 'SIGNATURE_BAD_OPTION';

/** A `HooklineError` whose `code` is one of this package's. */
export type ProtocolError = HooklineError<ProtocolErrorCode>;

/** Builds an error of this package. */
export const protocolError = /* @__PURE__ */ errorFactory<ProtocolErrorCode>([
  'BASE_URI_HAS_QUERY',
  'CLAUSE_UNKNOWN',
  'DURATION_RANGE',
  'DURATION_DECIMALS',
  'PROTOCOL_BAD_ARGUMENT',
  'SECRET_INVALID',
  'SIGNATURE_BAD_OPTION',
]);
