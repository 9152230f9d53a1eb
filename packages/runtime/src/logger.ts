/** Additional fields of a log line. Values are data, never formatted into the message. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Receives log lines for operators. pino and console match it; nothing is logged per audio frame. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

/** Discards log lines: the default everywhere. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
};
