import { type Logger, messageOf, silentLogger } from '@hookline/runtime';

/** Where a bot's operator reads. */
export interface BotLog {
  readonly logger: Logger;
  /** A mistake of the bot's own that ended a call. Without a logger it becomes a process warning: it must not be lost. */
  crashed(sessionId: string, error: unknown): void;
}

/** A log over the given logger, or over none. */
export function botLog(logger: Logger | undefined): BotLog {
  if (logger) {
    return {
      logger,
      crashed: (sessionId, err) => logger.error({ sessionId, err }, `the bot failed: ${messageOf(err)}`),
    };
  }
  return {
    logger: silentLogger,
    crashed: (_, error) => process.emitWarning(error instanceof Error ? error : messageOf(error)),
  };
}

/** A logger that adds `fields` to every line. */
export function withFields(logger: Logger, fields: Readonly<Record<string, unknown>>): Logger {
  return {
    debug: (more, message) => logger.debug({ ...fields, ...more }, message),
    info: (more, message) => logger.info({ ...fields, ...more }, message),
    warn: (more, message) => logger.warn({ ...fields, ...more }, message),
    error: (more, message) => logger.error({ ...fields, ...more }, message),
  };
}
