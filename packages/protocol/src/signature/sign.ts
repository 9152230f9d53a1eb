import { checkOptionNames, type OptionNames } from '@hookline/runtime';
import type { ProtocolErrorCode } from '../error.js';
import type { HeaderLookup } from './header-lookup.js';
import { hmac } from './hmac.js';
import { newNonce } from './new-nonce.js';
import {
  ALGORITHM,
  REQUIRED_COMPONENTS,
  SIGNATURE_LIFETIME_SECONDS,
  SIGNATURE_PARAMETERS,
  type SignatureParameter,
} from './parameters.js';
import { decodeSecret } from './secret.js';
import { signatureBase } from './signature-base.js';
import { type BareItem, type InnerList, NO_PARAMETERS } from './structured-field.js';
import { serializeDictionary } from './structured-field-serializer.js';

/** The request to sign: its URL, or its request target and authority. */
export type SignTarget =
  | {
      /** The URL to connect to. A fragment is neither sent nor signed. */
      readonly url: string | URL;
    }
  | {
      /** Path and query, exactly as in the request line. */
      readonly requestTarget: string;
      /** Host in lower case, with the port unless it is the default. */
      readonly authority: string;
    };

/** Options of `sign`. */
export type SignOptions = SignTarget & {
  /** The values of the covered headers. */
  readonly headers: {
    /** `Audiohook-Organization-Id` */
    readonly organizationId: string;
    /** `Audiohook-Session-Id` */
    readonly sessionId: string;
    /** `Audiohook-Correlation-Id` */
    readonly correlationId: string;
    /** `X-API-KEY`; also the parameter `keyid`. */
    readonly apiKey: string;
  };
  /** The client secret as base64 text, or the key bytes. */
  readonly secret: string | Uint8Array;
  /** The time of signing, in whole seconds since 1970. */
  readonly created: number;
  /** Seconds from `created` to `expires`. Default 10. */
  readonly lifetimeSeconds?: number;
  /** A unique string of at least 22 characters. Default: 18 random bytes as base64. */
  readonly nonce?: string;
  /** The label of the signature. Default `sig1`. */
  readonly label?: string;
  /** The covered components in order. Default: `REQUIRED_COMPONENTS`. */
  readonly components?: readonly string[];
  /** The parameters in order; those not listed are omitted. Default: `SIGNATURE_PARAMETERS`. */
  readonly parameters?: readonly SignatureParameter[];
};

/** The fields of every variant of a union. */
type UnionFields<Union> = Readonly<Record<Union extends unknown ? keyof Union : never, unknown>>;

const SIGN_OPTIONS: OptionNames<UnionFields<SignOptions>> = {
  url: true,
  requestTarget: true,
  authority: true,
  headers: true,
  secret: true,
  created: true,
  lifetimeSeconds: true,
  nonce: true,
  label: true,
  components: true,
  parameters: true,
};

const SIGNED_HEADERS: OptionNames<SignOptions['headers']> = {
  organizationId: true,
  sessionId: true,
  correlationId: true,
  apiKey: true,
};

/** The result of `sign`. */
export interface SignedHeaders {
  /** The two headers to add to the upgrade request. */
  readonly headers: { readonly Signature: string; readonly 'Signature-Input': string };
  /** The signed text, to compare with another implementation. It contains the API key. */
  readonly base: string;
}

/**
 * Signs an upgrade request as Genesys Cloud does (AC-SIG-1 to AC-SIG-4, AC-SIG-8): the same inputs give the same bytes
 * as in a captured request.
 *
 * @throws HooklineError `SIGNATURE_BAD_OPTION` for an unknown option, `SECRET_INVALID` if the secret is empty or not
 *   base64, `FIELD_MALFORMED` if the API key, nonce, label or time cannot be written into a header
 * @throws SignatureError `SIGNATURE_MISSING_COMPONENT` or `SIGNATURE_UNSUPPORTED` if `components` names one that has no
 *   value
 */
export function sign(options: SignOptions): SignedHeaders {
  checkOptionNames<UnionFields<SignOptions>>(
    'SIGNATURE_BAD_OPTION' satisfies ProtocolErrorCode,
    'sign: ',
    options ?? null,
    SIGN_OPTIONS,
  );
  checkOptionNames<SignOptions['headers']>(
    'SIGNATURE_BAD_OPTION' satisfies ProtocolErrorCode,
    'sign: headers: ',
    options.headers ?? null,
    SIGNED_HEADERS,
  );
  const {
    created,
    label = 'sig1',
    components = REQUIRED_COMPONENTS,
    parameters = SIGNATURE_PARAMETERS,
  } = options;
  const secret = decodeSecret(options.secret);
  const values: Readonly<Record<SignatureParameter, BareItem>> = {
    created: { type: 'integer', value: created },
    expires: {
      type: 'integer',
      value: created + (options.lifetimeSeconds ?? SIGNATURE_LIFETIME_SECONDS),
    },
    keyid: { type: 'string', value: options.headers.apiKey },
    nonce: { type: 'string', value: options.nonce ?? newNonce() },
    alg: { type: 'string', value: ALGORITHM },
  };
  const input: InnerList = {
    items: components.map((value) => ({ value: { type: 'string', value }, parameters: NO_PARAMETERS })),
    parameters: new Map(parameters.map((name) => [name, values[name]])),
  };
  const { requestTarget, authority } = targetParts(options);
  const base = signatureBase(input, {
    requestTarget,
    authority,
    headers: coveredHeaders(options, authority),
  });
  const signature = {
    value: { type: 'byte-sequence', value: hmac(base, secret) },
    parameters: NO_PARAMETERS,
  } as const;
  return {
    headers: {
      Signature: serializeDictionary(new Map([[label, signature]])),
      'Signature-Input': serializeDictionary(new Map([[label, input]])),
    },
    base,
  };
}

function targetParts(target: SignTarget): { requestTarget: string; authority: string } {
  if (!('url' in target)) return target;
  const { pathname, search, host } = new URL(target.url);
  return { requestTarget: pathname + search, authority: host };
}

function coveredHeaders({ headers }: SignOptions, authority: string): HeaderLookup {
  const values = new Map([
    ['host', authority],
    ['audiohook-organization-id', headers.organizationId],
    ['audiohook-session-id', headers.sessionId],
    ['audiohook-correlation-id', headers.correlationId],
    ['x-api-key', headers.apiKey],
  ]);
  return (name) => values.get(name);
}
