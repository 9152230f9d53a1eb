import { checkArgument, quote } from '@hookline/runtime';
import type { HeaderLookup } from './header-lookup.js';
import { type SignedRequest, signatureBase } from './signature-base.js';
import { SignatureError } from './signature-error.js';
import {
  type BareItem,
  type Dictionary,
  type InnerList,
  isInnerList,
  StructuredFieldError,
} from './structured-field.js';
import { parseDictionary } from './structured-field-parser.js';

/** The longest signature header that is parsed, in characters; six components take about 500. */
const MAX_HEADER_CHARS = 8192;

/** The first signature of a request, parsed and not yet verified. */
export interface ReceivedSignature {
  readonly input: InnerList;
  readonly signature: Uint8Array;
  readonly alg: string | undefined;
  readonly keyid: string;
  readonly nonce: string;
  readonly created: number;
  readonly expires: number | undefined;
}

/**
 * Parses `Signature-Input` and `Signature`. If there are several signatures, it uses the first, whatever its label
 * (AC-SIG-11).
 *
 * @throws SignatureError `SIGNATURE_UNSIGNED` or `SIGNATURE_MALFORMED`
 */
export function readSignature(headers: HeaderLookup): ReceivedSignature {
  const inputText = headers('signature-input');
  const signatureText = headers('signature');
  if (inputText === undefined && signatureText === undefined) {
    throw new SignatureError(
      'SIGNATURE_UNSIGNED',
      'the request carries neither Signature nor Signature-Input',
    );
  }
  const [label, input] = firstInput(inputText);
  const signatures = readDictionary('Signature', signatureText);
  return {
    input,
    signature: signatureBytes(signatures, label),
    alg: text(input, 'alg'),
    keyid: required(text(input, 'keyid'), 'keyid'),
    nonce: required(text(input, 'nonce'), 'nonce'),
    created: required(seconds(input, 'created'), 'created'),
    expires: seconds(input, 'expires'),
  };
}

/**
 * Builds the signature base that the `Signature-Input` of a request describes, to compare it with another
 * implementation. Needs neither a secret nor `Signature`. The text contains the API key.
 *
 * @throws SignatureError `SIGNATURE_MALFORMED` if `Signature-Input` is missing or cannot be parsed,
 *   `SIGNATURE_UNSUPPORTED` or `SIGNATURE_MISSING_COMPONENT` if it covers a component that has no value
 */
export function requestSignatureBase(request: SignedRequest): string {
  checkArgument('PROTOCOL_BAD_ARGUMENT', 'requestSignatureBase: request', request, {
    requestTarget: 'text',
    headers: 'function',
  });
  const [, input] = firstInput(request.headers('signature-input'));
  return signatureBase(input, request);
}

function firstInput(header: string | undefined): [label: string, input: InnerList] {
  const [first] = readDictionary('Signature-Input', header);
  if (first === undefined) throw new SignatureError('SIGNATURE_MALFORMED', 'Signature-Input is empty');
  const [label, input] = first;
  if (!isInnerList(input)) {
    throw new SignatureError(
      'SIGNATURE_MALFORMED',
      `Signature-Input: ${quote(label)} is no list of components in parentheses`,
    );
  }
  return [label, input];
}

function readDictionary(header: string, value: string | undefined): Dictionary {
  if (value === undefined) {
    throw new SignatureError(
      'SIGNATURE_MALFORMED',
      `the request carries no ${header}; a signature takes both headers`,
    );
  }
  if (value.length > MAX_HEADER_CHARS) {
    throw new SignatureError(
      'SIGNATURE_MALFORMED',
      `${header} has ${value.length} characters; at most ${MAX_HEADER_CHARS} are read`,
    );
  }
  try {
    return parseDictionary(value);
  } catch (error) {
    if (!(error instanceof StructuredFieldError)) throw error;
    throw new SignatureError('SIGNATURE_MALFORMED', `${header}: ${error.message}`, { cause: error });
  }
}

function signatureBytes(signatures: Dictionary, label: string): Uint8Array {
  const member = signatures.get(label);
  if (member === undefined) {
    throw new SignatureError(
      'SIGNATURE_MALFORMED',
      `Signature has no ${quote(label)}, which Signature-Input names first`,
    );
  }
  if (isInnerList(member) || member.value.type !== 'byte-sequence') {
    throw new SignatureError(
      'SIGNATURE_MALFORMED',
      `Signature: ${quote(label)} is no byte sequence, written :base64:`,
    );
  }
  return member.value.value;
}

function text({ parameters }: InnerList, name: string): string | undefined {
  const value = parameters.get(name);
  if (value === undefined || value.type === 'string') return value?.value;
  throw wrongType(name, value, 'a string in quotes');
}

function seconds({ parameters }: InnerList, name: string): number | undefined {
  const value = parameters.get(name);
  if (value === undefined || value.type === 'integer') return value?.value;
  throw wrongType(name, value, 'an integer, seconds since 1970');
}

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined)
    throw new SignatureError('SIGNATURE_MALFORMED', `Signature-Input has no parameter ${name}`);
  return value;
}

function wrongType(name: string, { type }: BareItem, expected: string): SignatureError {
  return new SignatureError(
    'SIGNATURE_MALFORMED',
    `Signature-Input: ${name} is a ${type}, expected ${expected}`,
  );
}
