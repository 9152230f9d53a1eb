/** Extra facts of a log line. Values are data, never formatted into the message. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where a library writes what an operator should know. pino and console fit; nothing is logged per audio frame. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

/** Writes nothing: the default everywhere. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
};
