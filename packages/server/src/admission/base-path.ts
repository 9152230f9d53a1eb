import { describe } from '@hookline/protocol';
import { serverError } from '../error.js';
import { hasDotSegment, percentDecoded } from '../routing/router.js';

/** The path of a Base Connection URI, to which a Connector ID may be appended. */
export class BasePath {
  /** Without a slash at the end; empty for the root. */
  readonly #path: string;
  /** Decoded: what clients encode in it may be encoded or not. */
  readonly #segments: readonly string[];

  /**
   * @param where - the method that was called, for messages
   * @param path - as in the Base Connection URI; what clients encode in it may be encoded or not
   * @throws HooklineError `SERVER_BAD_OPTION` for a path that does not begin with a slash, has a query, or has a
   *   segment `.` or `..`, which no request can contain
   */
  constructor(where: string, path: string) {
    if (typeof path !== 'string' || !path.startsWith('/') || /[?#\s]/.test(path) || hasDotSegment(path)) {
      throw serverError(
        'SERVER_BAD_OPTION',
        `${where}: path is ${describe(path)}; expected a path such as "/v1/bots": a slash first, no query, no segment "." or "..".`,
      );
    }
    this.#path = path.replace(/\/+$/, '');
    this.#segments = this.#path.split('/').map(percentDecoded);
  }

  /** The path, without a slash at the end. */
  get path(): string {
    return this.#path;
  }

  /**
   * Returns the Connector ID of a request target, or an empty string if there is none. Undefined if the target is not
   * below this path or has a segment `.` or `..`.
   */
  connectorIdOf(target: string): string | undefined {
    const query = target.indexOf('?');
    const path = query < 0 ? target : target.slice(0, query);
    if (hasDotSegment(path)) return undefined;
    const parts = path.split('/');
    const isBelow = this.#segments.every((segment, index) => {
      const part = parts[index];
      return part !== undefined && segment === percentDecoded(part);
    });
    return isBelow ? parts.slice(this.#segments.length).join('/') : undefined;
  }
}
