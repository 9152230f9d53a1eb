import { isLanguageTag } from '@hookline/protocol';
import { durationMs } from '../values/duration.js';
import { parseRange, type RangeUnit } from '../values/range.js';
import { isRegexLiteral, regexError } from '../values/text-match.js';

/** A fault of a text that matches its pattern. */
export interface TextFault {
  readonly message: string;
  readonly expected: string;
  readonly suggestion: string;
}

/** The longest time allowed in a file. A call lasts 15 minutes by default. */
export const MAX_TIME_MS = 3_600_000;

const RANGE_CHECKS: Readonly<Record<string, RangeUnit>> = {
  durationRange: 'duration',
  levelRange: 'level',
  shareRange: 'share',
};

/** Runs a `check` of the schema that needs neither the rest of the file nor other files. */
export function textFault(check: string, text: string): TextFault | undefined {
  const unit = RANGE_CHECKS[check];
  if (unit !== undefined) return rangeFault(text, unit);
  switch (check) {
    case 'regex':
      return regexFault(text);
    case 'text':
      return isRegexLiteral(text) ? regexFault(text) : undefined;
    case 'duration':
      return (durationMs(text) ?? 0) <= MAX_TIME_MS
        ? undefined
        : { message: `got ${text}`, expected: '60m at most', suggestion: 'write 60m or less' };
    case 'language':
      return isLanguageTag(text)
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
  const error = regexError(text);
  if (error === undefined) return undefined;
  return {
    message: `${text} is not a regular expression (${error})`,
    expected: 'a JavaScript regular expression',
    suggestion: 'put \\ before a character that is meant literally',
  };
}

/** Text that matches the pattern but is not a range has its bounds in the wrong order. */
function rangeFault(text: string, unit: RangeUnit): TextFault | undefined {
  if (parseRange(text, unit)) return undefined;
  const [low = '', high = ''] = text.split('..').map((part) => part.trim());
  return {
    message: `the range ${text} is empty`,
    expected: 'the smaller bound before ..',
    suggestion: `write ${high}..${low}`,
  };
}
