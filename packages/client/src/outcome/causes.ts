/**
 * The `errorType` values that Genesys documents for the action for Lex bots. The list of this action is not public, so
 * other values are possible.
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

/** The meaning of a cause: for the flow, for a shell, and for people. */
export interface CauseEntry {
  /** The failure output `errorType` that the flow receives. An assumption; the option `errorTypes` overrides it. */
  readonly errorType: KnownErrorType;
  /** The `errorType` if the session was not open yet; absent if it is the same. */
  readonly errorTypeBeforeOpened?: KnownErrorType;
  /** The exit code of the `hookline` command for a call that fails with this cause. */
  readonly exitCode: 2 | 3 | 4 | 5 | 6 | 8;
  /** A description for the author of the flow. It is the start of `errorMessage`, before the details. */
  readonly words: string;
}

// DECISIONS.md #27. `action/build-result.ts` starts the `errorMessage` with `words`.
/** Every cause of the failure path with its meaning. */
export const CAUSES = {
  'invalid-action': {
    errorType: 'InternalServerError',
    exitCode: 2,
    words: 'A value that the flow passed to the action is not valid.',
  },
  unauthorized: {
    errorType: 'NoResourceError',
    exitCode: 3,
    words: 'The bot refused the credentials of the integration.',
  },
  dns: {
    errorType: 'NoResourceError',
    exitCode: 4,
    words: 'The host name of the Base Connection URI could not be resolved.',
  },
  refused: {
    errorType: 'NoResourceError',
    exitCode: 4,
    words: 'Nothing accepts connections at the address of the bot.',
  },
  tls: {
    errorType: 'NoResourceError',
    exitCode: 4,
    words: 'A trusted TLS connection to the bot could not be established.',
  },
  'upgrade-timeout': {
    errorType: 'NoResourceError',
    exitCode: 4,
    words: 'The bot did not complete the WebSocket handshake in time.',
  },
  'http-status': {
    errorType: 'NoResourceError',
    exitCode: 4,
    words: 'The endpoint answered with an HTTP status instead of a WebSocket upgrade.',
  },
  'bad-upgrade': {
    errorType: 'NoResourceError',
    exitCode: 4,
    words: 'The endpoint sent an invalid response to the WebSocket handshake.',
  },
  redirect: {
    errorType: 'NoResourceError',
    exitCode: 4,
    words: 'The endpoint answered with a redirect, and redirects are not followed.',
  },
  'bot-error': {
    errorType: 'InternalServerError',
    exitCode: 5,
    words: 'The bot ended the call with an error.',
  },
  'connection-lost': {
    errorType: 'InternalServerError',
    errorTypeBeforeOpened: 'NoResourceError',
    exitCode: 5,
    words: 'The connection to the bot was lost before the bot ended the call.',
  },
  'max-duration': {
    errorType: 'InternalServerError',
    exitCode: 5,
    words: 'The call reached the maximum duration.',
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
    words: 'The bot accepted the connection but did not open the session in time.',
  },
  'bad-opened': {
    errorType: 'InternalServerError',
    exitCode: 6,
    words: 'The bot opened the session with invalid parameters.',
  },
  'protocol-violation': {
    errorType: 'InternalServerError',
    exitCode: 6,
    words: 'The bot broke a rule of the protocol.',
  },
  'pong-timeout': {
    errorType: 'InternalServerError',
    exitCode: 6,
    words: 'The bot stopped responding.',
  },
  'rate-limited': {
    errorType: 'InternalServerError',
    exitCode: 6,
    words: 'The bot sent messages at a higher rate than the platform allows.',
  },
  'buffer-overflow': {
    errorType: 'InternalServerError',
    exitCode: 6,
    words: 'The bot sent more audio than the playback buffer can hold.',
  },
  'caller-source': {
    errorType: 'InternalServerError',
    exitCode: 8,
    words: 'The audio of the simulated caller could not be read.',
  },
  internal: {
    errorType: 'InternalServerError',
    exitCode: 8,
    words: 'The simulator failed with an internal error.',
  },
} as const satisfies Readonly<Record<string, CauseEntry>>;

/** Why a call took the failure path. */
export type Cause = keyof typeof CAUSES;

/** The `errorType` of a cause. Overrides take precedence. */
export function errorTypeOf(
  cause: Cause,
  wasOpened: boolean,
  overrides: Partial<Readonly<Record<Cause, ErrorType>>> = {},
): ErrorType {
  const entry: CauseEntry = CAUSES[cause];
  const byPhase = wasOpened ? entry.errorType : (entry.errorTypeBeforeOpened ?? entry.errorType);
  return overrides[cause] ?? byPhase;
}
