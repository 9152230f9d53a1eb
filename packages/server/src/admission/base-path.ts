import { serverError } from '../error.js';
import { percentDecoded } from '../routing/router.js';

/** The path of a Base Connection URI, and what may follow it. */
export class BasePath {
  /** Without a slash at the end; empty for the root. */
  readonly #path: string;

  /** @throws HooklineError `SERVER_BAD_OPTION` for a path that does not begin with a slash, or has a query */
  constructor(path: string) {
    if (!path.startsWith('/') || /[?#\s]/.test(path)) {
      throw serverError(
        'SERVER_BAD_OPTION',
        `path is ${JSON.stringify(path)}; expected a path such as "/v1/bots": a slash first, no query.`,
      );
    }
    this.#path = path.replace(/\/+$/, '');
  }

  /** The path as a URL has it, without a slash at the end. */
  get path(): string {
    return this.#path;
  }

  /**
   * The Connector ID of a request target, empty when there is none; undefined when the target lies elsewhere, as one
   * with a part `.` or `..` does.
   */
  connectorIdOf(target: string): string | undefined {
    const query = target.indexOf('?');
    const path = query < 0 ? target : target.slice(0, query);
    if (path === this.#path) return '';
    if (!path.startsWith(`${this.#path}/`) || climbs(path)) return undefined;
    return path.slice(this.#path.length + 1);
  }
}

/**
 * Whether a path has a part that a file system or a proxy takes for a step to another folder. Nobody dials one: what
 * makes a request of a URL resolves them first.
 */
function climbs(path: string): boolean {
  return [path, percentDecoded(path)].some((form) =>
    form.split(/[/\\]/).some((part) => part === '.' || part === '..' || part.includes('\0')),
  );
}
