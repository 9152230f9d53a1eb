/**
 * The `errorType` values that Genesys documents for its bot actions. The list of this very action is not public,
 * so the type stays open.
 */
export const ERROR_TYPES = [
  'FeatureNotEnabledError',
  'InternalServerError',
  'NoInputError',
  'NoMatchError',
  'NoResourceError',
  'VersionMismatchError',
] as const;

/** One of the documented values of the failure output `errorType`. */
export type KnownErrorType = (typeof ERROR_TYPES)[number];

/** The failure output `errorType`: a documented value or any other text. */
export type ErrorType = KnownErrorType | (string & {});
