import { createHmac, randomBytes } from 'node:crypto';

/** The identity of the caller in an upgrade request. */
export interface CallerIdentity {
  readonly organizationId: string;
  readonly sessionId: string;
  readonly correlationId: string;
  readonly apiKey: string;
}

/** The form of a signature: that of production, or another valid or invalid one. */
export interface SignatureForm {
  /** The covered components, in order. */
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
  /** Returns the key to sign with; default the decoded secret. */
  readonly key?: (decoded: Uint8Array, text: string) => Uint8Array;
  /** Returns the value to sign as `@request-target`; default path and query. */
  readonly target?: (requestTarget: string) => string;
  /** Returns the value to sign as `@authority`; default host and port. */
  readonly authority?: (host: string) => string;
  /** Signs with session id and correlation id interchanged. */
  readonly interchangeIds?: boolean;
  /** Changes the value of the header `Signature`. */
  readonly signature?: (value: string) => string;
}

/** The form of a captured request of the platform. (AC-SIG-1) */
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

/** Returns the two headers of a signature. Does not use the signer of the protocol package, which cannot produce invalid forms. */
export function signatureHeaders(
  url: string,
  identity: CallerIdentity,
  secret: string,
  nowSeconds: number,
  form: SignatureForm,
): Record<string, string> {
  const { pathname, search, host } = new URL(url);
  const created = nowSeconds + form.createdOffset;
  const parameterValues = {
    created: String(created),
    expires: String(created + form.lifetime),
    keyid: quoted(form.keyid ?? identity.apiKey),
    nonce: quoted(form.nonce ?? randomBytes(NONCE_BYTES).toString('base64')),
    alg: quoted('hmac-sha256'),
  };
  const covered = form.components.map(quoted).join(' ');
  const input = `(${covered})${form.parameters.map((name) => `;${name}=${parameterValues[name]}`).join('')}`;
  const [session, correlation] = form.interchangeIds
    ? [identity.correlationId, identity.sessionId]
    : [identity.sessionId, identity.correlationId];
  const componentValues: Readonly<Record<string, string>> = {
    '@request-target': form.target?.(pathname + search) ?? pathname + search,
    '@authority': form.authority?.(host) ?? host,
    'audiohook-organization-id': identity.organizationId,
    'audiohook-session-id': session,
    'audiohook-correlation-id': correlation,
    'x-api-key': identity.apiKey,
  };
  const lines = form.components.map((name) => `${quoted(name)}: ${componentValues[name] ?? ''}`);
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
