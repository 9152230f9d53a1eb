import { createHmac, randomBytes, randomUUID } from 'node:crypto';

/** The key and secret of every bot under attack. */
export const API_KEY = 'SGVsbG8sIEkgYW0gdGhlIEFQSSBrZXkh';
export const CLIENT_SECRET = 'TXlTdXBlclNlY3JldEtleVRlbGxOby0xITJAMyM0JDU=';
export const ORGANIZATION = 'd7934305-0972-4844-938e-9060eef73d05';

/** What a signature of Audio Connector covers, in its order. */
export const COMPONENTS = [
  '@request-target',
  '@authority',
  'audiohook-organization-id',
  'audiohook-session-id',
  'audiohook-correlation-id',
  'x-api-key',
] as const;

type Pairs = readonly (readonly [name: string, value: string])[];

/** What is unusual about a request; what is left out is as Genesys sends it. */
export interface RequestOverrides {
  readonly method?: string;
  readonly version?: string;
  /** Signed and sent. */
  readonly path?: string;
  /** Sent instead of the path that was signed. */
  readonly target?: string;
  readonly host?: string;
  readonly key?: string;
  readonly keyid?: string;
  readonly session?: string;
  readonly organization?: string;
  readonly secret?: Uint8Array;
  readonly nonce?: string;
  /** Seconds from now. */
  readonly created?: number;
  /** Seconds from `created`. */
  readonly lifetime?: number;
  readonly label?: string;
  readonly components?: readonly string[];
  /** Of the signature, before it is signed. */
  readonly parameters?: (usual: Pairs) => Pairs;
  readonly signature?: (usual: Buffer) => string | Uint8Array;
  /** Of the request, after it was signed. */
  readonly headers?: (usual: Pairs) => Pairs;
}

/** An upgrade request as text, signed by hand: this suite must not trust the signer of the product. */
export function signedRequest(port: number, odd: RequestOverrides = {}): { text: string; session: string } {
  const { path = '/', host = `127.0.0.1:${port}`, key = API_KEY, session = randomUUID() } = odd;
  const { organization = ORGANIZATION, components = COMPONENTS, label = 'sig1', created = 0 } = odd;
  const correlation = randomUUID();
  const values: Record<string, string> = {
    '@request-target': path,
    '@authority': host.toLowerCase(),
    '@method': 'GET',
    'audiohook-organization-id': organization,
    'audiohook-session-id': session,
    'audiohook-correlation-id': correlation,
    'x-api-key': key,
  };
  const createdAt = Math.floor(Date.now() / 1000) + created;
  const usual: Pairs = [
    ['keyid', `"${odd.keyid ?? key}"`],
    ['nonce', `"${odd.nonce ?? randomBytes(18).toString('base64')}"`],
    ['alg', '"hmac-sha256"'],
    ['created', String(createdAt)],
    ['expires', String(createdAt + (odd.lifetime ?? 30))],
  ];
  const parameters = (odd.parameters?.(usual) ?? usual).map(([name, value]) => `;${name}=${value}`).join('');
  const input = `(${components.map((name) => `"${name}"`).join(' ')})${parameters}`;
  const base = [
    ...components.map((name) => `"${name}": ${values[name] ?? ''}`),
    `"@signature-params": ${input}`,
  ];
  const secret = odd.secret ?? Buffer.from(CLIENT_SECRET, 'base64');
  const right = createHmac('sha256', secret).update(base.join('\n')).digest();
  const signature = odd.signature?.(right) ?? right;
  const signatureText = typeof signature === 'string' ? signature : Buffer.from(signature).toString('base64');
  const headers: Pairs = [
    ['Host', host],
    ['Connection', 'Upgrade'],
    ['Upgrade', 'websocket'],
    ['Sec-WebSocket-Version', '13'],
    ['Sec-WebSocket-Key', randomBytes(16).toString('base64')],
    ['Audiohook-Organization-Id', organization],
    ['Audiohook-Session-Id', session],
    ['Audiohook-Correlation-Id', correlation],
    ['X-API-KEY', key],
    ['Signature-Input', `${label}=${input}`],
    ['Signature', `${label}=:${signatureText}:`],
  ];
  const lines = (odd.headers?.(headers) ?? headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const { method = 'GET', target = path, version = '1.1' } = odd;
  return { text: `${method} ${target} HTTP/${version}\r\n${lines.join('')}\r\n`, session };
}

/** Header edits, by name in any case. */
export const without = (name: RegExp) => (usual: Pairs) => usual.filter(([other]) => !name.test(other));
export const changed =
  (name: string, edit: (value: string) => string) =>
  (usual: Pairs): Pairs =>
    usual.map(([other, value]) => [other, other.toLowerCase() === name ? edit(value) : value]);
export const added =
  (name: string, value: string) =>
  (usual: Pairs): Pairs => [...usual, [name, value]];
