/** Parameters from the URL of the page. */
export interface Launch {
  /** The token of this launch of the command; undefined if the URL has none. */
  readonly token: string | undefined;
  /** Form fields that the link fills in. */
  readonly baseUri?: string;
  readonly connectorId?: string;
  readonly caller?: string;
  /** Whether the link holds the token, and not only this tab, from an earlier one. */
  readonly hasToken: boolean;
  /** Whether to call at once; only a link with the token may request this. */
  readonly auto: boolean;
}

const STORAGE_KEY = 'hookline-studio-token';

/** What is no part of a token, such as a bracket that was copied with the link. A browser would refuse to send some of it. */
const NO_TOKEN = /[^\w-]/g;

/**
 * Reads `#token=T`, `#/?base=…&connector=…&caller=tone&auto=T`, or both together, and removes it from the address bar, so
 * that the token does not appear in screenshots and bookmarks. The token survives a reload of this tab.
 */
export function readLaunch(): Launch {
  const params = new URLSearchParams(location.hash.replace(/^#\/?\??/, ''));
  const tokenOf = (name: string) => params.get(name)?.replace(NO_TOKEN, '');
  const auto = tokenOf('auto');
  const token = tokenOf('token') ?? auto ?? sessionStorage.getItem(STORAGE_KEY) ?? undefined;
  if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search);
  if (token !== undefined) sessionStorage.setItem(STORAGE_KEY, token);
  const field = (name: string) => params.get(name) ?? undefined;
  const [baseUri, connectorId, caller] = [field('base'), field('connector'), field('caller')];
  return {
    token,
    ...(baseUri !== undefined && { baseUri }),
    ...(connectorId !== undefined && { connectorId }),
    ...(caller !== undefined && { caller }),
    hasToken: auto !== undefined || params.has('token'),
    auto: auto !== undefined && auto === token,
  };
}
