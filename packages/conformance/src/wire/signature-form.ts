import { createHmac, randomBytes } from 'node:crypto';

/** What an upgrade request says of who calls. */
export interface CallerIdentity {
  readonly organizationId: string;
  readonly sessionId: string;
  readonly correlationId: string;
  readonly apiKey: string;
}

/** A way to write a signature: as production does, or otherwise, for better or worse. */
export interface SignatureForm {
  /** What is covered, in order. */
  readonly components: readonly string[];
  /** The parameters, in order. */
  readonly parameters: readonly ('created' | 'expires' | 'keyid' | 'nonce' | 'alg')[];
  readonly label: string;
  /** Seconds to add to the clock for `created`. */
  readonly createdOffset: number;
  /** Seconds from `created` to `expires`. */
  readonly lifetime: number;
  /** The parameter `keyid`; default the API key. */
  readonly keyid?: string;
  readonly nonce?: string;
  /** The bytes that sign, made of the secret's; default those. */
  readonly key?: (decoded: Uint8Array, text: string) => Uint8Array;
  /** Signs this in place of path and query. */
  readonly target?: (requestTarget: string) => string;
  /** Signs this in place of the host and its port. */
  readonly authority?: (host: string) => string;
  /** Signs with session and correlation id interchanged. */
  readonly interchangeIds?: boolean;
  /** Changes the value of the header `Signature`. */
  readonly signature?: (value: string) => string;
}

/** As a captured request of the platform is signed. (AC-SIG-1) */
export const PRODUCTION_FORM: SignatureForm = {
  components: [
    '@request-target',
    'audiohook-session-id',
    'audiohook-organization-id',
    'audiohook-correlation-id',
    'x-api-key',
    '@authority',
  ],
  parameters: ['created', 'expires', 'keyid', 'nonce', 'alg'],
  label: 'sig1',
  createdOffset: 0,
  lifetime: 10,
};

const NONCE_BYTES = 18;

/** The two headers of a signature in this form. Own code throughout, so that no form is too wrong to be written. */
export function signatureHeaders(
  url: string,
  identity: CallerIdentity,
  secret: string,
  nowSeconds: number,
  form: SignatureForm,
): Record<string, string> {
  const { pathname, search, host } = new URL(url);
  const created = nowSeconds + form.createdOffset;
  const given = {
    created: String(created),
    expires: String(created + form.lifetime),
    keyid: quoted(form.keyid ?? identity.apiKey),
    nonce: quoted(form.nonce ?? randomBytes(NONCE_BYTES).toString('base64')),
    alg: quoted('hmac-sha256'),
  };
  const covered = form.components.map(quoted).join(' ');
  const input = `(${covered})${form.parameters.map((name) => `;${name}=${given[name]}`).join('')}`;
  const [session, correlation] = form.interchangeIds
    ? [identity.correlationId, identity.sessionId]
    : [identity.sessionId, identity.correlationId];
  const values: Readonly<Record<string, string>> = {
    '@request-target': form.target?.(pathname + search) ?? pathname + search,
    '@authority': form.authority?.(host) ?? host,
    'audiohook-organization-id': identity.organizationId,
    'audiohook-session-id': session,
    'audiohook-correlation-id': correlation,
    'x-api-key': identity.apiKey,
  };
  const lines = form.components.map((name) => `${quoted(name)}: ${values[name] ?? ''}`);
  const base = [...lines, `"@signature-params": ${input}`].join('\n');
  const decoded = Buffer.from(secret, 'base64');
  const mac = createHmac('sha256', form.key?.(decoded, secret) ?? decoded)
    .update(base)
    .digest('base64');
  const signature = `${form.label}=:${mac}:`;
  return {
    'Signature-Input': `${form.label}=${input}`,
    Signature: form.signature?.(signature) ?? signature,
  };
}

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
