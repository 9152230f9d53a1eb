import { decodeClientMessage, durationFromNs, encodeClientMessage } from '@hookline/protocol';
import { durationMs } from '../values/duration.js';
import { parseRange, type RangeUnit } from '../values/range.js';
import { isSlashed, patternFault } from '../values/text-match.js';

/** What is wrong with a text that has the right form. */
export interface TextFault {
  readonly message: string;
  readonly expected: string;
  readonly suggestion: string;
}

/** The longest time that a file may give: a call lasts 15 minutes where nobody says otherwise. */
export const LONGEST_TIME_MS = 3_600_000;

const RANGE_CHECKS: Readonly<Record<string, RangeUnit>> = {
  durationRange: 'duration',
  levelRange: 'level',
  shareRange: 'share',
};

/** Looks at a text as the schema says, where that needs neither the rest of the file nor other files. */
export function textFault(check: string, text: string): TextFault | undefined {
  const unit = RANGE_CHECKS[check];
  if (unit !== undefined) return rangeFault(text, unit);
  switch (check) {
    case 'regex':
      return regexFault(text);
    case 'text':
      return isSlashed(text) ? regexFault(text) : undefined;
    case 'duration':
      return (durationMs(text) ?? 0) <= LONGEST_TIME_MS
        ? undefined
        : { message: `got ${text}`, expected: '60m at most', suggestion: 'write 60m or less' };
    case 'language':
      return isLanguage(text)
        ? undefined
        : {
            message: `got ${JSON.stringify(text)}`,
            expected: 'a language tag such as en-US',
            suggestion: 'write it as en-US',
          };
    default:
      return undefined;
  }
}

function regexFault(text: string): TextFault | undefined {
  const wrong = patternFault(text);
  if (wrong === undefined) return undefined;
  return {
    message: `${text} is no regular expression (${wrong})`,
    expected: 'a JavaScript regular expression',
    suggestion: 'put \\ before a character that is meant as itself',
  };
}

/** What fits the pattern of a range and is none begins with the greater number. */
function rangeFault(text: string, unit: RangeUnit): TextFault | undefined {
  if (parseRange(text, unit)) return undefined;
  const [low = '', high = ''] = text.split('..').map((part) => part.trim());
  return {
    message: `nothing is within ${text}`,
    expected: 'the smaller bound before ..',
    suggestion: `write ${high}..${low}`,
  };
}

function isLanguage(language: string): boolean {
  const envelope = { id: crypto.randomUUID(), seq: 1, serverseq: 0, position: durationFromNs(0) };
  return decodeClientMessage(encodeClientMessage('update', envelope, { language })).kind !== 'fault';
}
