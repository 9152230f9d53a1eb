/** What the address of the page says. */
export interface Launch {
  /** The token of this launch of the command; undefined when nobody told it. */
  readonly token: string | undefined;
  /** Fields of the form, where a link fills them in. */
  readonly baseUri?: string;
  readonly connectorId?: string;
  readonly caller?: string;
  /** Whether to call at once: only a link that holds the token may ask for it. */
  readonly auto: boolean;
}

const STORAGE_KEY = 'hookline-studio-token';

/**
 * Reads `#token=T`, `#/?base=…&connector=…&caller=tone&auto=T`, or both together, and takes it out of the address bar,
 * so that the token is in no screenshot and no bookmark. The token outlives a reload of this tab.
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
    auto: auto !== null && auto === token,
  };
}
