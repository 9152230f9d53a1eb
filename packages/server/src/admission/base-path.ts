import { serverError } from '../error.js';

/** The path of a Base Connection URI, and what may follow it. */
export class BasePath {
  /** Without a slash at the end; empty for the root. */
  readonly #path: string;

  /** @throws HooklineError `BAD_OPTION` for a path that does not begin with a slash, or has a query */
  constructor(path: string) {
    if (!path.startsWith('/') || /[?#\s]/.test(path)) {
      throw serverError(
        'BAD_OPTION',
        `path is ${JSON.stringify(path)}; expected a path such as "/v1/bots": a slash first, no query.`,
      );
    }
    this.#path = path.replace(/\/+$/, '');
  }

  /** The path as a URL has it, without a slash at the end. */
  get path(): string {
    return this.#path;
  }

  /** The Connector ID of a request target, empty when there is none; undefined when the target lies elsewhere. */
  connectorIdOf(target: string): string | undefined {
    const query = target.indexOf('?');
    const path = query < 0 ? target : target.slice(0, query);
    if (path === this.#path) return '';
    return path.startsWith(`${this.#path}/`) ? path.slice(this.#path.length + 1) : undefined;
  }
}
