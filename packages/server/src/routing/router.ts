import type { CallHandler } from '../call/call.js';
import type { Prepare } from '../call/preparation.js';
import { type BotEntry, botEntry, type HandlerOptions, type Route } from '../call/route.js';
import type { InputsOf, OutputsOf, VariableSchema, VariableSchemas } from '../call/variable-schemas.js';
import { checkNames, serverError } from '../error.js';

/**
 * Decodes the percent-encoding of a path or segment, once. Returns the text unchanged if its encoding is invalid or not
 * UTF-8.
 */
export function percentDecoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Whether a path has a segment that a file system or a proxy could follow to another folder. No proper client sends one:
 * it resolves such segments before it makes the request.
 */
export function hasDotSegment(path: string): boolean {
  // Most paths have none of these characters, and need not be split.
  if (!['.', '%', '\0'].some((character) => path.includes(character))) return false;
  return [path, percentDecoded(path)].some((form) =>
    form.split(/[/\\]/).some((part) => part === '.' || part === '..' || part.includes('\0')),
  );
}

/** Finds the bot for a Connector ID. */
export interface RouteTable {
  /** The paths with a bot, with `:name` for parameters; empty if one bot handles every Connector ID. */
  readonly paths: readonly string[];
  /** Returns undefined if no bot matches. */
  match(connectorId: string): Route | undefined;
}

/** A table with one bot for every call. */
export function singleRoute(entry: BotEntry): RouteTable {
  const route: Route = { ...entry, params: {} };
  return { paths: [], match: () => route };
}

/** Several bots under one Base Connection URI, selected by the Connector ID. */
export class Router implements RouteTable {
  readonly #routes: { readonly segments: readonly string[]; readonly entry: BotEntry }[] = [];
  #fallback: BotEntry | undefined;

  /**
   * Adds a bot. If several match a Connector ID, the first one added is used.
   *
   * @param path - a Connector ID, as in the Call Audio Connector action or percent-encoded; a segment `:name` matches
   *   any segment, whose value is in `call.params`
   * @param args - the handler, optionally preceded by the schemas of its variables and `prepare`
   * @throws HooklineError `SERVER_BAD_OPTION` for an empty path, or one with a query or a segment `.` or `..`
   */
  bot(path: string, handler: CallHandler): this;
  bot<
    Prepared,
    const Inputs extends VariableSchema | undefined = undefined,
    const Outputs extends VariableSchema | undefined = undefined,
    const Returned extends OutputsOf<Outputs> = OutputsOf<Outputs>,
  >(
    path: string,
    options: VariableSchemas<Inputs, Outputs> & { readonly prepare: Prepare<Prepared, InputsOf<Inputs>> },
    handler: CallHandler<InputsOf<Inputs>, Returned, [Prepared]>,
  ): this;
  bot<
    const Inputs extends VariableSchema | undefined = undefined,
    const Outputs extends VariableSchema | undefined = undefined,
    const Returned extends OutputsOf<Outputs> = OutputsOf<Outputs>,
  >(
    path: string,
    schemas: VariableSchemas<Inputs, Outputs>,
    handler: CallHandler<InputsOf<Inputs>, Returned>,
  ): this;
  bot(path: string, ...args: [BotEntry['handler']] | [HandlerOptions, BotEntry['handler']]): this {
    const [schemas, handler] = args.length === 2 ? args : [{}, args[0]];
    const segments = segmentsOf(String(path));
    if (typeof path !== 'string' || segments.length === 0 || /[?#]/.test(path) || hasDotSegment(path)) {
      throw serverError(
        'SERVER_BAD_OPTION',
        `Router: ${JSON.stringify(path)} is not a valid Connector ID path; expected one without a query and without a segment "." or "..". Use fallback() for calls without a Connector ID.`,
      );
    }
    checkNames('Router: ', schemas, { inputs: true, outputs: true, prepare: true });
    this.#routes.push({ segments, entry: botEntry(`Router: bot ${JSON.stringify(path)}`, schemas, handler) });
    return this;
  }

  /** Sets the bot for calls that no other bot matches, including those without a Connector ID. */
  fallback(handler: CallHandler): this {
    this.#fallback = botEntry('Router: fallback', {}, handler);
    return this;
  }

  get paths(): readonly string[] {
    return this.#routes.map(({ segments }) => segments.join('/'));
  }

  /** @internal For the bot that has this router. */
  match(connectorId: string): Route | undefined {
    const segments = segmentsOf(connectorId);
    for (const route of this.#routes) {
      const params = paramsOf(route.segments, segments);
      if (params) return { ...route.entry, params };
    }
    return this.#fallback && { ...this.#fallback, params: {} };
  }
}

/** Creates a router; pass it to `createBot` instead of a handler. */
export function createRouter(): Router {
  return new Router();
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function paramsOf(
  pattern: readonly string[],
  segments: readonly string[],
): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = Object.create(null);
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = percentDecoded(segment);
    // Clients encode what an ID may contain and a request target may not, such as a space or an umlaut.
    else if (percentDecoded(part) !== percentDecoded(segment)) return undefined;
  }
  return params;
}
