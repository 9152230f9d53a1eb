import { quote } from '@hookline/runtime';
import { BLANK, endOfRun, isAt } from './characters.js';
import type { HeaderLookup } from './header-lookup.js';
import { SignatureError } from './signature-error.js';
import type { InnerList, Item } from './structured-field.js';
import { serializeItem, serializeMember } from './structured-field-serializer.js';

/** The parts of an upgrade request that a signature can cover. */
export interface SignedRequest {
  /** Path and query, exactly as in the request line. */
  readonly requestTarget: string;
  /** Host in lower case, with the port unless it is the default. */
  readonly authority: string;
  /** The headers of the request. */
  readonly headers: HeaderLookup;
}

/**
 * Builds the signature base: one line per covered component and one for the parameters (RFC 9421, section 2.5).
 *
 * @param input - the covered components and the parameters, as in `Signature-Input`
 * @param request - where the values come from
 * @throws SignatureError `SIGNATURE_MALFORMED`, `SIGNATURE_UNSUPPORTED` or `SIGNATURE_MISSING_COMPONENT`, naming the
 *   component
 */
export function signatureBase(input: InnerList, request: SignedRequest): string {
  const covered = new Set<string>();
  let base = '';
  for (const item of input.items) {
    const name = componentName(item);
    if (covered.has(name))
      throw new SignatureError('SIGNATURE_MALFORMED', `Signature-Input covers ${quote(name)} twice`);
    covered.add(name);
    base += `${serializeItem(item)}: ${componentValue(name, request)}\n`;
  }
  return `${base}"@signature-params": ${serializeMember(input)}`;
}

/** The name of a covered component. Component parameters are refused, because they would change its value. */
export function componentName({ value, parameters }: Item): string {
  if (value.type !== 'string') {
    throw new SignatureError(
      'SIGNATURE_MALFORMED',
      `Signature-Input: a covered component is a ${value.type}, expected a string`,
    );
  }
  if (parameters.size > 0) {
    throw new SignatureError(
      'SIGNATURE_UNSUPPORTED',
      `Signature-Input: component ${quote(value.value)} has parameters, which Audio Connector does not use`,
    );
  }
  return value.value;
}

const DEFAULT_PORT = /:(?:80|443)$/;

/**
 * The values that `@authority` may have had for a `Host` header, the most likely first (AC-SIG-10).
 *
 * The signed form omits a default port. Which port is the default depends on the scheme, which a server behind a
 * proxy does not know; so a host with port 80 or 443 may have been signed with or without the port.
 */
export function authorityForms(host: string): readonly [string, ...string[]] {
  const authority = host.toLowerCase();
  const port = DEFAULT_PORT.exec(authority);
  return port ? [authority.slice(0, port.index), authority] : [authority];
}

function componentValue(name: string, request: SignedRequest): string {
  if (name === '@request-target') return request.requestTarget;
  if (name === '@authority') return request.authority;
  if (name.startsWith('@')) {
    throw new SignatureError(
      'SIGNATURE_UNSUPPORTED',
      `Signature-Input covers ${quote(name)}; the only derived components of Audio Connector are "@request-target" and "@authority"`,
    );
  }
  const value = request.headers(name);
  if (value === undefined) {
    throw new SignatureError(
      'SIGNATURE_MISSING_COMPONENT',
      `the signature covers ${quote(name)}, which is no header of the request`,
    );
  }
  return canonicalValue(value);
}

/** Trims the value and replaces each line break by one space, so that no value can start a new line of the base. */
function canonicalValue(value: string): string {
  if (!/[\r\n]/.test(value)) return trimBlanks(value);
  return trimBlanks(
    value
      .split(/\r\n|[\r\n]/)
      .map(trimBlanks)
      .join(' '),
  );
}

/** By index, because a pattern such as `[ \t]+$` takes quadratic time on long runs of blanks. */
function trimBlanks(value: string): string {
  const start = endOfRun(value, 0, BLANK);
  let end = value.length;
  while (end > start && isAt(value, end - 1, BLANK)) end -= 1;
  return value.slice(start, end);
}
