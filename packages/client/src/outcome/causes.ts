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

/** What a cause means for the flow, for a shell and for readers. */
export interface CauseEntry {
  /** The failure output `errorType` that the flow sees. Assumed, hence overridable with the option `errorTypes`. */
  readonly errorType: KnownErrorType;
  /** The `errorType` before the session was open, if it differs. */
  readonly errorTypeBeforeOpened?: KnownErrorType;
  /** The exit code of the `hookline` command. */
  readonly exitCode: 2 | 3 | 4 | 5 | 6 | 8;
  /** What happened, in terms of the flow's author; precedes the details in `errorMessage`. */
  readonly words: string;
}

// DECISIONS.md #27. `action/build-result.ts` builds `errorMessage` from `words`.
/** Every cause of the failure path and its meaning. */
export const CAUSES = {
  'invalid-action': {
    errorType: 'InternalServerError',
    exitCode: 2,
    words: 'A value that the flow gave to the action cannot be used.',
  },
  unauthorized: {
    errorType: 'NoResourceError',
    exitCode: 3,
    words: 'The bot refused the credentials of the integration.',
  },
  dns: {
    errorType: 'NoResourceError',
    exitCode: 4,
    words: 'The host of the Base Connection URI has no address.',
  },
  refused: {
    errorType: 'NoResourceError',
    exitCode: 4,
    words: 'Nothing accepts connections at the address of the bot.',
  },
  tls: {
    errorType: 'NoResourceError',
    exitCode: 4,
    words: 'No trusted TLS connection to the bot could be made.',
  },
  'upgrade-timeout': {
    errorType: 'NoResourceError',
    exitCode: 4,
    words: 'The bot did not complete the connection in time.',
  },
  'http-status': {
    errorType: 'NoResourceError',
    exitCode: 4,
    words: 'The endpoint answered with an HTTP status in place of a WebSocket.',
  },
  'bad-upgrade': {
    errorType: 'NoResourceError',
    exitCode: 4,
    words: 'The endpoint answered the WebSocket handshake wrongly.',
  },
  redirect: {
    errorType: 'NoResourceError',
    exitCode: 4,
    words: 'The endpoint redirects, and redirects are not followed.',
  },
  'bot-error': {
    errorType: 'InternalServerError',
    exitCode: 5,
    words: 'The bot ended the call with an error of its own.',
  },
  'connection-lost': {
    errorType: 'InternalServerError',
    errorTypeBeforeOpened: 'NoResourceError',
    exitCode: 5,
    words: 'The connection to the bot was lost before the bot had ended the call.',
  },
  'max-duration': {
    errorType: 'InternalServerError',
    exitCode: 5,
    words: 'The call reached the longest duration that is allowed.',
  },
  'integration-disabled': {
    errorType: 'NoResourceError',
    exitCode: 5,
    words: 'The integration is not active, so the bot was not called.',
  },
  'feature-not-enabled': {
    errorType: 'FeatureNotEnabledError',
    exitCode: 5,
    words: 'Audio Connector is not enabled for the organization, so the bot was not called.',
  },
  'open-timeout': {
    errorType: 'NoResourceError',
    exitCode: 6,
    words: 'The bot took the connection but did not open the session in time.',
  },
  'bad-opened': {
    errorType: 'InternalServerError',
    exitCode: 6,
    words: 'The bot opened the session in a way that is not allowed.',
  },
  'protocol-violation': {
    errorType: 'InternalServerError',
    exitCode: 6,
    words: 'The bot broke a rule of the protocol.',
  },
  'pong-timeout': {
    errorType: 'InternalServerError',
    exitCode: 6,
    words: 'The bot stopped answering.',
  },
  'rate-limited': {
    errorType: 'InternalServerError',
    exitCode: 6,
    words: 'The bot sent more often than the platform allows.',
  },
  'buffer-overflow': {
    errorType: 'InternalServerError',
    exitCode: 6,
    words: 'The bot sent far more audio than had been played.',
  },
  'caller-source': {
    errorType: 'InternalServerError',
    exitCode: 8,
    words: 'The audio of the simulated caller could not be read.',
  },
  internal: {
    errorType: 'InternalServerError',
    exitCode: 8,
    words: 'The simulator itself failed.',
  },
} as const satisfies Readonly<Record<string, CauseEntry>>;

/** Why a call took the failure path. */
export type Cause = keyof typeof CAUSES;

/** The `errorType` of a cause; an override of the caller has precedence. */
export function errorTypeOf(
  cause: Cause,
  wasOpened: boolean,
  overrides: Partial<Readonly<Record<Cause, ErrorType>>> = {},
): ErrorType {
  const entry: CauseEntry = CAUSES[cause];
  const byPhase = wasOpened ? entry.errorType : (entry.errorTypeBeforeOpened ?? entry.errorType);
  return overrides[cause] ?? byPhase;
}
