import { createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import {
  decodeSecret,
  headerLookup,
  requestSignatureBase,
  type SignatureErrorCode,
  verify,
} from '@hookline/protocol/signature';
import type { Admission } from '../wire/serve.js';
import { PRODUCTION_FORM } from '../wire/signature-form.js';
import type { FaultName } from './catalogue.js';

/** The credentials that a faulty bot accepts: one API key, with or without a client secret. */
export interface FaultyAuth {
  readonly apiKey: string;
  /** Base64. */
  readonly clientSecret?: string;
}

/** The decision about an upgrade request. `refuseLater`: the call is refused with `disconnect` instead. */
export type Decision = Admission & { readonly refuseLater?: boolean };

/** The refusal of the verifier that a fault ignores. */
const IGNORED_REFUSALS: Partial<Record<FaultName, SignatureErrorCode>> = {
  'takes-unsigned': 'SIGNATURE_UNSIGNED',
  'takes-a-partial-signature': 'SIGNATURE_MISSING_COMPONENT',
  'ignores-keyid': 'SIGNATURE_KEYID_MISMATCH',
  'takes-a-short-nonce': 'SIGNATURE_NONCE_TOO_SHORT',
  'takes-an-old-signature': 'SIGNATURE_STALE',
  'takes-a-future-signature': 'SIGNATURE_FUTURE',
  'takes-an-expired-signature': 'SIGNATURE_EXPIRED',
};

/** Decides about upgrade requests correctly, except for one fault. */
export class Admissions {
  readonly #fault: FaultName | undefined;
  readonly #auth: FaultyAuth | undefined;
  readonly #nonces = new Set<string>();

  constructor(fault: FaultName | undefined, auth: FaultyAuth | undefined) {
    this.#fault = fault;
    this.#auth = auth;
  }

  decide(request: IncomingMessage, nowSeconds: number): Decision {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (this.#fault === 'redirects') {
      return { accept: false, status: 302, headers: ['Location: wss://elsewhere.example/'], body: '' };
    }
    if (this.#fault === 'refuses-the-base-uri' && pathname === '/') {
      return { accept: false, status: 404, body: '{"error":"not found"}' };
    }
    const reason = this.#refusal(request, nowSeconds);
    if (reason !== undefined) return this.#refuse(reason);
    if (this.#fault === 'selects-a-subprotocol') {
      return { accept: true, headers: ['Sec-WebSocket-Protocol: audiohook'] };
    }
    return this.#fault === 'insists-on-compression'
      ? { accept: true, headers: ['Sec-WebSocket-Extensions: permessage-deflate'] }
      : { accept: true };
  }

  #refuse(reason: string): Decision {
    if (this.#fault === 'leaves-a-refused-call-open') return { accept: true, refuseLater: true };
    const body =
      this.#fault === 'refuses-without-a-reason' ? '' : JSON.stringify({ error: 'unauthorized', reason });
    const isShortSignature =
      this.#fault === 'dies-of-a-short-signature' && reason.includes('short or malformed');
    return {
      accept: false,
      status: isShortSignature || this.#fault === 'refuses-with-500' ? 500 : 401,
      body,
    };
  }

  /** Returns why the credentials are refused; undefined if they are valid. */
  #refusal(request: IncomingMessage, nowSeconds: number): string | undefined {
    const auth = this.#auth;
    if (!auth) return undefined;
    const header = headerLookup(request.rawHeaders);
    const fault = this.#fault;
    const headers = (name: string) =>
      fault === 'verifies-without-the-port' && name === 'host'
        ? header(name)?.replace(/:\d+$/, '')
        : header(name);
    if (headers('x-api-key') !== auth.apiKey)
      return fault === 'takes-any-key' ? undefined : 'the API key is unknown';
    if (auth.clientSecret === undefined) return undefined;
    const input = headers('signature-input') ?? '';
    if (fault === 'wants-the-label-sig1' && input !== '' && !input.startsWith('sig1='))
      return 'there is no signature sig1';
    if (
      fault === 'wants-another-order' &&
      !input.includes(`("${PRODUCTION_FORM.components.join('" "')}")`) &&
      input !== ''
    )
      return 'the components are not in order';
    if (fault === 'keys-with-the-text')
      return isKeyedWithText(request, auth.clientSecret) ? undefined : 'the signature does not match';
    const target = request.url ?? '/';
    const result = verify({
      requestTarget: fault === 'verifies-without-the-query' ? (target.split('?')[0] ?? target) : target,
      headers,
      apiKey: auth.apiKey,
      secrets: [decodeSecret(auth.clientSecret)],
      now: nowSeconds,
    });
    if (!result.ok) {
      if (fault !== undefined && IGNORED_REFUSALS[fault] === result.code) return undefined;
      const wrongForm = result.code === 'SIGNATURE_MALFORMED' || (headers('signature')?.length ?? 0) < 50;
      return wrongForm && result.code !== 'SIGNATURE_UNSIGNED'
        ? 'the signature is short or malformed'
        : result.reason;
    }
    if (this.#nonces.has(result.nonce) && fault !== 'takes-a-replay') return 'the nonce was used before';
    this.#nonces.add(result.nonce);
    return undefined;
  }
}

/** Whether the key of a signature is the text of the secret. */
function isKeyedWithText(request: IncomingMessage, secret: string): boolean {
  const headers = headerLookup(request.rawHeaders);
  try {
    const base = requestSignatureBase({
      requestTarget: request.url ?? '/',
      authority: headers('host') ?? '',
      headers,
    });
    const mac = createHmac('sha256', secret).update(base).digest('base64');
    return headers('signature')?.includes(`:${mac}:`) === true;
  } catch {
    return false;
  }
}
