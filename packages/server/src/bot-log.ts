import { describe } from '@hookline/protocol';
import { type Logger, messageOf, silentLogger } from '@hookline/runtime';

/** Where a bot's operator reads. */
export interface BotLog {
  readonly logger: Logger;
  /** A mistake of the bot's own that ended a call. Without a logger it becomes a process warning: it must not be lost. */
  crashed(sessionId: string, error: unknown): void;
  /** A client sent a message of a type that nobody knows; told once for each type. */
  unknownType(type: string): void;
}

/** So many different types are told at most: a client can make up any number. */
const MAX_UNKNOWN_TYPES = 50;

/** A log over the given logger, or over none. */
export function botLog(logger: Logger | undefined): BotLog {
  if (logger) {
    return {
      logger,
      unknownType: oncePerType(logger),
      crashed: (sessionId, err) => logger.error({ sessionId, err }, `the bot failed: ${messageOf(err)}`),
    };
  }
  return {
    logger: silentLogger,
    unknownType: () => {},
    crashed: (_, error) => process.emitWarning(error instanceof Error ? error : messageOf(error)),
  };
}

function oncePerType(logger: Logger): (type: string) => void {
  const told = new Set<string>();
  return (type) => {
    const shown = describe(type);
    if (told.has(shown) || told.size >= MAX_UNKNOWN_TYPES) return;
    told.add(shown);
    logger.warn({ type: shown }, 'clients send messages of a type that is not known here; they are ignored');
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
