import { checkArgument, checkOptionNames, type OptionNames, quote } from '@hookline/runtime';
import type { ProtocolErrorCode } from '../error.js';
import type { HeaderLookup } from './header-lookup.js';
import { isSignedBy } from './hmac.js';
import {
  ALGORITHM,
  CLOCK_SKEW_SECONDS,
  MAX_SIGNATURE_AGE_SECONDS,
  MIN_NONCE_CHARS,
  REQUIRED_COMPONENTS,
} from './parameters.js';
import { authorityForms, componentName, signatureBase } from './signature-base.js';
import { SignatureError, type SignatureErrorCode } from './signature-error.js';
import { type ReceivedSignature, readSignature } from './signature-input.js';
import type { InnerList } from './structured-field.js';

const CLOCKS = 'synchronise the clocks of both machines, and sign each request anew';

/** Options of `verify`. */
export interface VerifyOptions {
  /** Path and query, exactly as in the request line. */
  readonly requestTarget: string;
  /** The headers of the request. */
  readonly headers: HeaderLookup;
  /** The host and port that the client dialled, if a proxy changes them. Default: the header `Host`. */
  readonly authority?: string;
  /** The API key that the secrets belong to: the value of `X-API-KEY`. */
  readonly apiKey: string;
  /** The secrets of the API key: several during rotation, none for an unknown key. */
  readonly secrets: readonly Uint8Array[];
  /** The current time, in seconds since 1970. */
  readonly now: number;
  /** The maximum age of a signature, in seconds since `created`. Default 10. */
  readonly maxAgeSeconds?: number;
  /** The tolerance for clock differences, in seconds. Default 3. */
  readonly skewSeconds?: number;
}

const VERIFY_OPTIONS: OptionNames<VerifyOptions> = {
  requestTarget: true,
  headers: true,
  authority: true,
  apiKey: true,
  secrets: true,
  now: true,
  maxAgeSeconds: true,
  skewSeconds: true,
};

const REQUIRED_OPTIONS = { requestTarget: 'text', headers: 'function' } as const;

/** The result of `verify`. */
export type VerifyResult =
  | {
      readonly ok: true;
      /** The API key. */
      readonly keyid: string;
      /** The nonce. Store it and refuse a request that repeats it (AC-SIG-9). */
      readonly nonce: string;
      /** The time of signing, in seconds since 1970. */
      readonly created: number;
    }
  | {
      readonly ok: false;
      /** The kind of fault, for programs. */
      readonly code: SignatureErrorCode;
      /** A description of the fault for the operator. Contains neither secret nor API key. */
      readonly reason: string;
    };

/**
 * Verifies the signature of an upgrade request. Never throws because of the content of a request.
 *
 * Parameters that Genesys Cloud does not send, such as `tag`, are accepted, because the signature covers them; so a newer
 * platform keeps working. Signers must still omit them (AC-SIG-8).
 *
 * @throws HooklineError `SIGNATURE_BAD_OPTION` for an option that is unknown or missing
 */
export function verify(options: VerifyOptions): VerifyResult {
  checkOptionNames<VerifyOptions>(
    'SIGNATURE_BAD_OPTION' satisfies ProtocolErrorCode,
    'verify: ',
    options ?? null,
    VERIFY_OPTIONS,
  );
  checkArgument(
    'SIGNATURE_BAD_OPTION' satisfies ProtocolErrorCode,
    'verify: options',
    options,
    REQUIRED_OPTIONS,
  );
  try {
    const received = readSignature(options.headers);
    checkParameters(received, options);
    checkComponents(received.input);
    checkTimes(received, options);
    checkBytes(received, options);
    return { ok: true, keyid: received.keyid, nonce: received.nonce, created: received.created };
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    return { ok: false, code: error.code, reason: error.message };
  }
}

function checkParameters({ alg, keyid, nonce }: ReceivedSignature, { headers, apiKey }: VerifyOptions): void {
  // AC-SIG-2
  if (alg !== undefined && alg !== ALGORITHM) {
    throw new SignatureError('SIGNATURE_UNSUPPORTED', `alg is ${quote(alg)}, expected "${ALGORITHM}"`);
  }
  // AC-SIG-3
  if (keyid !== apiKey || headers('x-api-key') !== apiKey) {
    throw new SignatureError(
      'SIGNATURE_KEYID_MISMATCH',
      'the parameter keyid is not the API key in X-API-KEY',
    );
  }
  // AC-SIG-4
  if (nonce.length < MIN_NONCE_CHARS) {
    throw new SignatureError(
      'SIGNATURE_NONCE_TOO_SHORT',
      `nonce has ${nonce.length} characters, expected at least ${MIN_NONCE_CHARS}`,
    );
  }
}

// AC-SIG-1
function checkComponents(input: InnerList): void {
  const covered = input.items.map(componentName);
  const missing = REQUIRED_COMPONENTS.filter((name) => !covered.includes(name));
  if (missing.length > 0) {
    throw new SignatureError(
      'SIGNATURE_MISSING_COMPONENT',
      `the signature does not cover ${missing.map((name) => quote(name)).join(', ')}`,
    );
  }
}

/** Each condition is written so that a time of `NaN` is refused. */
function checkTimes({ created, expires }: ReceivedSignature, options: VerifyOptions): void {
  const { now, maxAgeSeconds = MAX_SIGNATURE_AGE_SECONDS, skewSeconds = CLOCK_SKEW_SECONDS } = options;
  // AC-SIG-5
  if (!(now - created <= maxAgeSeconds + skewSeconds)) {
    throw new SignatureError(
      'SIGNATURE_STALE',
      `created is ${wholeSeconds(now - created)} s before the clock of this server; accepted are ${maxAgeSeconds} s plus ${skewSeconds} s of skew: ${CLOCKS}`,
    );
  }
  // AC-SIG-6
  if (!(created - now <= skewSeconds)) {
    throw new SignatureError(
      'SIGNATURE_FUTURE',
      `created is ${wholeSeconds(created - now)} s ahead of the clock of this server; accepted are ${skewSeconds} s of skew: ${CLOCKS}`,
    );
  }
  // AC-SIG-7
  if (expires !== undefined && !(now - expires <= skewSeconds)) {
    throw new SignatureError(
      'SIGNATURE_EXPIRED',
      `expires is ${wholeSeconds(now - expires)} s before the clock of this server; accepted are ${skewSeconds} s of skew: ${CLOCKS}`,
    );
  }
}

// AC-SIG-10, AC-SIG-12
function checkBytes({ input, signature }: ReceivedSignature, options: VerifyOptions): void {
  const { requestTarget, headers, secrets } = options;
  const host = options.authority ?? headers('host');
  if (host === undefined)
    throw new SignatureError('SIGNATURE_MISSING_COMPONENT', 'the request carries no Host');
  const bases = authorityForms(host).map((authority) =>
    signatureBase(input, { requestTarget, authority, headers }),
  );
  if (!isSignedBy(signature, bases, secrets)) {
    throw new SignatureError(
      'SIGNATURE_MISMATCH',
      `the signature does not match for host ${quote(host)} and path ${quote(withoutQuery(requestTarget))}: check the ` +
        'client secret (base64) on both sides, and that proxies keep path, query and Host',
    );
  }
}

/** Rounds up, so that the number in a refusal always exceeds the limit it names. */
function wholeSeconds(seconds: number): number {
  return Math.ceil(seconds);
}

/** Removes the query, which may contain tokens that must not be logged. */
function withoutQuery(requestTarget: string): string {
  const end = requestTarget.indexOf('?');
  return end === -1 ? requestTarget : `${requestTarget.slice(0, end)}?…`;
}
