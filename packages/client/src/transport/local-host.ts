const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
const PRIVATE = /^(?:10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2})$/;

/**
 * Whether a host of a URL is one that `ws:` may go to without being allowed: loopback, private (RFC 1918), or a
 * name of a single label, as in a container network. (DECISIONS.md #10)
 *
 * @param hostname - as `URL.hostname` gives it: lower case, IPv6 in brackets
 */
export function isLocalHost(hostname: string): boolean {
  return LOOPBACK.test(hostname) || PRIVATE.test(hostname) || /^[a-z0-9_-]+$/.test(hostname);
}
