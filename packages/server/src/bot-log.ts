import { describe } from '@hookline/protocol';
import { contain, type LogFields, type Logger, messageOf, silentLogger } from '@hookline/runtime';
import type { CallFacts } from './session/call-facts.js';
import { guard } from './user-code/guard.js';

/** Where a bot's operator reads. */
export interface BotLog {
  /** Never throws, whatever the bot's logger does. */
  readonly logger: Logger;
  /** A mistake of the bot's own that ended a call. Without a logger it becomes a process warning: it must not be lost. */
  crashed(call: CallFacts, error: unknown): void;
  /** A client sent a message of a type that nobody knows; told once for each type. */
  unknownType(type: string): void;
}

/** So many different types are told at most: a client can make up any number. */
const MAX_UNKNOWN_TYPES = 50;

/** A log over the given logger, or over none. @param onError - told the mistakes of the bot's own as well */
export function botLog(
  given: Logger | undefined,
  onError?: (error: unknown, call: CallFacts) => void,
): BotLog {
  const tell = (call: CallFacts, error: unknown) => {
    if (onError) guard(onError, error, call, onErrorFailed);
  };
  if (given) {
    const logger = guardedLogger(given);
    return {
      logger,
      unknownType: oncePerType(logger),
      crashed: (call, err) => {
        logger.error({ sessionId: call.id, err }, `the bot failed: ${messageOf(err)}`);
        tell(call, err);
      },
    };
  }
  return {
    logger: silentLogger,
    unknownType: () => {},
    // A text: Node reads an error's fields in a later turn, where a getter that throws would end the process.
    crashed: (call, error) => {
      warnProcess(`the bot failed in session ${describe(call.id)}: ${messageOf(error)}`, stackOf(error));
      tell(call, error);
    },
  };
}

function onErrorFailed(error: unknown): void {
  warnProcess(`onError failed: ${messageOf(error)}`, stackOf(error));
}

/** A logger whose failures are told once, as a process warning, and cost nothing but their lines. */
function guardedLogger(logger: Logger): Logger {
  let told = false;
  const onError = (error: unknown) => {
    if (told) return;
    told = true;
    warnProcess(`the logger failed, lines are missing: ${messageOf(error)}`, stackOf(error));
  };
  const level =
    (name: keyof Logger): Logger['info'] =>
    (fields, message) =>
      guard(() => write(logger, name, fields, message), undefined, undefined, onError);
  return { debug: level('debug'), info: level('info'), warn: level('warn'), error: level('error') };
}

function write(logger: Logger, level: keyof Logger, fields: LogFields, message: string): unknown {
  const method: unknown = logger[level];
  if (typeof method === 'function') return Reflect.apply(method, logger, [fields, message]);
  void contain(method);
  throw new TypeError(`it has no ${level}(fields, message)`);
}

function warnProcess(message: string, detail: string | undefined): void {
  process.emitWarning(message, { type: 'HooklineWarning', ...(detail === undefined ? {} : { detail }) });
}

/** Where an error was made, if it tells; it may be anything that was thrown. */
function stackOf(error: unknown): string | undefined {
  try {
    return error instanceof Error && typeof error.stack === 'string' ? error.stack : undefined;
  } catch {
    return undefined;
  }
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
