import { Type } from '@sinclair/typebox';
import { clientMessage } from '../envelope.js';

/** The DTMF keys of a telephone. */
export const DTMF_DIGITS = [
  '0',
  '1',
  '2',
  '3',
  '4',
  '5',
  '6',
  '7',
  '8',
  '9',
  '*',
  '#',
  'A',
  'B',
  'C',
  'D',
] as const;
export type DtmfDigit = (typeof DTMF_DIGITS)[number];

/** Whether `text` is one DTMF key. */
export function isDtmfDigit(text: string): text is DtmfDigit {
  return DTMF_DIGITS.some((digit) => digit === text);
}

/** The caller pressed one key. */
export const Dtmf = clientMessage(
  'dtmf',
  Type.Object({ digit: Type.String({ description: 'One key: 0 to 9, * or #; A to D are possible.' }) }),
);
