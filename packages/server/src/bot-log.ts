import { describe } from '@hookline/protocol';
import {
  contain,
  type LogFields,
  type Logger,
  messageOf,
  runUserCode,
  silentLogger,
} from '@hookline/runtime';
import type { CallFacts } from './session/call-facts.js';
import { guard } from './user-code/guard.js';

/** The log of a bot. */
export interface BotLog {
  /** Never throws, whatever the bot's logger does. */
  readonly logger: Logger;
  /** An error of the bot that ended a call. Without a logger it becomes a process warning, so that it is not lost. */
  crashed(call: CallFacts, error: unknown): void;
  /** The bot failed a call on purpose, because of another error. Not lost without a logger either. */
  failed(call: CallFacts, message: string, cause: unknown): void;
  /** An error that ended a connection and is not the fault of its peer. Not lost without a logger either. */
  connectionFailed(error: unknown, message: string): void;
  /** A client sent a message of an unknown type; logged once per type. */
  unknownType(type: string, sessionId: string): void;
}

/** The number of unknown types that are logged at most, since a client can make up any number. */
const MAX_UNKNOWN_TYPES = 50;

/** Makes a log that writes to the logger, if there is one. @param onError - also called with errors of the bot */
export function botLog(
  given: Logger | undefined,
  onError?: (error: unknown, call: CallFacts) => void,
): BotLog {
  const notify = (call: CallFacts, error: unknown) => {
    if (onError) guard(onError, error, call, onErrorFailed);
  };
  if (given) {
    const logger = guardedLogger(given);
    return {
      logger,
      unknownType: oncePerType(logger),
      crashed: (call, err) => {
        logger.error({ sessionId: call.id, err }, `the bot failed: ${messageOf(err)}`);
        notify(call, err);
      },
      failed: (call, message, err) => {
        const text = `the bot failed its call with ${describe(message)}, because of: ${messageOf(err)}`;
        logger.warn({ sessionId: call.id, err }, text);
      },
      connectionFailed: (err, message) => logger.error({ err }, message),
    };
  }
  return {
    logger: silentLogger,
    unknownType: () => {},
    // Passed as a string: Node reads the fields of an error later, when a throwing getter would end the process.
    crashed: (call, error) => {
      warnProcess(`the bot failed in session ${describe(call.id)}: ${messageOf(error)}`, stackOf(error));
      notify(call, error);
    },
    failed: (call, message, cause) => {
      const session = describe(call.id);
      const text = `the bot failed its call with ${describe(message)} in session ${session}, because of: ${messageOf(cause)}`;
      warnProcess(text, stackOf(cause));
    },
    connectionFailed: (error, message) => warnProcess(message, stackOf(error)),
  };
}

function onErrorFailed(error: unknown): void {
  warnProcess(`onError failed: ${messageOf(error)}`, stackOf(error));
}

/** Wraps a logger. Its first failure becomes a process warning; a failure only loses the line. */
function guardedLogger(logger: Logger): Logger {
  let isReported = false;
  const onError = (error: unknown) => {
    if (isReported) return;
    isReported = true;
    warnProcess(`the logger failed; log lines are missing: ${messageOf(error)}`, stackOf(error));
  };
  const level =
    (name: keyof Logger): Logger['info'] =>
    (fields, message) =>
      runUserCode(() => write(logger, name, fields, message), onError);
  return { debug: level('debug'), info: level('info'), warn: level('warn'), error: level('error') };
}

function write(logger: Logger, level: keyof Logger, fields: LogFields, message: string): unknown {
  const method: unknown = logger[level];
  if (typeof method === 'function') return Reflect.apply(method, logger, [fields, message]);
  void contain(method);
  throw new TypeError(`the logger has no ${level}(fields, message)`);
}

function warnProcess(message: string, detail: string | undefined): void {
  process.emitWarning(message, { type: 'HooklineWarning', ...(detail === undefined ? {} : { detail }) });
}

/** Returns the stack of an error, if it has one; anything can be thrown. */
function stackOf(error: unknown): string | undefined {
  try {
    return error instanceof Error ? error.stack : undefined;
  } catch {
    return undefined;
  }
}

function oncePerType(logger: Logger): BotLog['unknownType'] {
  const reported = new Set<string>();
  return (type, sessionId) => {
    const shown = describe(type);
    if (reported.has(shown) || reported.size >= MAX_UNKNOWN_TYPES) return;
    reported.add(shown);
    logger.warn({ sessionId, type: shown }, 'client messages of an unknown type are ignored');
  };
}

/** Makes a logger that adds `fields` to every line. */
export function withFields(logger: Logger, fields: Readonly<Record<string, unknown>>): Logger {
  return {
    debug: (more, message) => logger.debug({ ...fields, ...more }, message),
    info: (more, message) => logger.info({ ...fields, ...more }, message),
    warn: (more, message) => logger.warn({ ...fields, ...more }, message),
    error: (more, message) => logger.error({ ...fields, ...more }, message),
  };
}
