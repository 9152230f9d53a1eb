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

/**
 * Reads `#token=T`, `#/?base=…&connector=…&caller=tone&auto=T`, or both together, and removes it from the address bar, so
 * that the token does not appear in screenshots and bookmarks. The token survives a reload of this tab.
 */
export function readLaunch(): Launch {
  const params = new URLSearchParams(location.hash.replace(/^#\/?\??/, ''));
  const auto = params.get('auto');
  const token = params.get('token') ?? auto ?? sessionStorage.getItem(STORAGE_KEY) ?? undefined;
  if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search);
  if (token !== undefined) sessionStorage.setItem(STORAGE_KEY, token);
  const field = (name: string) => params.get(name) ?? undefined;
  const [baseUri, connectorId, caller] = [field('base'), field('connector'), field('caller')];
  return {
    token,
    ...(baseUri !== undefined && { baseUri }),
    ...(connectorId !== undefined && { connectorId }),
    ...(caller !== undefined && { caller }),
    hasToken: auto !== null || params.has('token'),
    auto: auto !== null && auto === token,
  };
}
