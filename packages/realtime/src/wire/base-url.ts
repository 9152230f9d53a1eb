import { RealtimeError } from '../error.js';

/**
 * The URL of a connection: the base, the path unless the base already ends with it, and a query.
 *
 * @param base - `ws:`, `wss:`, `http:` or `https:`
 * @throws RealtimeError `REALTIME_BAD_OPTION`, without the URL's query and user part
 */
export function socketUrl(
  service: string,
  base: string,
  path: string,
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  let url: URL;
  try {
    url = new URL(base);
  } catch {
    throw new RealtimeError(
      'REALTIME_BAD_OPTION',
      `${service}: url is not a valid URL; expected one such as wss://host/path.`,
    );
  }
  if (url.protocol === 'http:') url.protocol = 'ws:';
  if (url.protocol === 'https:') url.protocol = 'wss:';
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:') {
    throw new RealtimeError(
      'REALTIME_BAD_OPTION',
      `${service}: url starts with ${url.protocol}; expected ws: or wss:.`,
    );
  }
  // A fragment is not part of a request, and `ws` does not accept one.
  url.hash = '';
  const plain = url.pathname.replace(/\/+$/, '');
  url.pathname = plain.endsWith(path) ? plain : `${plain}${path}`;
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && !url.searchParams.has(name)) url.searchParams.set(name, value);
  }
  return url.toString();
}
