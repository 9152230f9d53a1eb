import type { DurationStyle } from '@hookline/protocol';
import type { SignOptions } from '@hookline/protocol/signature';

/**
 * The format of the upgrade request and of the client's messages. Each default is the observed format of Genesys Cloud;
 * change it to test whether a bot depends on it.
 */
export interface WireStyle {
  /** The header `User-Agent`; null sends none. Default `GenesysCloud-AudioHook-Client`. */
  readonly userAgent?: string | null;
  /** `tel`: an E.164 number in `ani` or `dnis` is sent as `tel:+…`, any other value unchanged. Default `tel`. */
  readonly numbers?: 'tel' | 'asGiven';
  /** `lower`: a language is sent in lower case. `asGiven`: it may be any text. Default `lower`. */
  readonly languages?: 'lower' | 'asGiven';
  /** `inputVariables` without inputs: `{}` or omitted. Default `empty`. */
  readonly noInputs?: 'empty' | 'absent';
  /** The minimum number of decimals of a duration, from 0 to 9. Default 1: `PT0.0S`. */
  readonly minDecimals?: number;
  /** The order of the seven fields of a message. Default: type, version, id, seq, serverseq, position, parameters. */
  readonly fieldOrder?: readonly string[];
  /** The signature of the request. Default: order, lifetime of 10 s and nonce as in a captured request. */
  readonly signature?: SignatureStyle;
}

/** Orders, lifetime, nonce and name of the signature: see `sign` of the protocol for each and its default. */
export type SignatureStyle = Pick<
  SignOptions,
  'components' | 'parameters' | 'lifetimeSeconds' | 'nonce' | 'label'
>;

/** The header `User-Agent` of Genesys Cloud, by which some servers recognise it. */
export const USER_AGENT = 'GenesysCloud-AudioHook-Client';

/** The fields of a client message. */
export const MESSAGE_FIELDS = [
  'type',
  'version',
  'id',
  'seq',
  'serverseq',
  'position',
  'parameters',
] as const;

const E164 = /^\+[1-9]\d{1,14}$/;

/** Formats a phone number of the conversation. */
export function writeNumber(number: string, { numbers = 'tel' }: WireStyle): string {
  return numbers === 'tel' && E164.test(number) ? `tel:${number}` : number;
}

/** Formats a language. */
export function writeLanguage(language: string, { languages = 'lower' }: WireStyle): string {
  return languages === 'lower' ? language.toLowerCase() : language;
}

/** The format of durations. */
export function durationStyle({ minDecimals }: WireStyle): DurationStyle {
  return minDecimals === undefined ? {} : { minDecimals };
}

/** The text of a message, with its fields in another order if requested. */
export function inOrder(text: string, { fieldOrder }: WireStyle): string {
  if (fieldOrder === undefined) return text;
  const message: unknown = JSON.parse(text);
  if (typeof message !== 'object' || message === null) return text;
  const fields = new Map(Object.entries(message));
  return JSON.stringify(Object.fromEntries(fieldOrder.map((name) => [name, fields.get(name)])));
}
