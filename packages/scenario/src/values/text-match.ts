import { messageOf } from '@hookline/runtime';

/** A condition on a text. */
export interface TextMatch {
  /** The condition as written in a file, for messages: `"friday"`, `/which day/i`, `{ contains: "day" }`. */
  readonly text: string;
  matches(text: string): boolean;
}

/** A text condition as input: the text itself, `/pattern/flags`, a RegExp, or one of the long forms. */
export type TextPattern =
  | string
  | RegExp
  | { readonly contains: string }
  | { readonly matches: string }
  | { readonly equals: string };

const REGEX_LITERAL = /^\/(.+)\/([a-z]*)$/s;

/** Parses `/pattern/flags`, or a pattern without slashes. @throws SyntaxError */
function parseRegExp(text: string): RegExp {
  const [, source = text, flags = ''] = REGEX_LITERAL.exec(text) ?? [];
  return new RegExp(source, flags);
}

/** Returns why a regular expression is invalid, or undefined. */
export function regexError(text: string): string | undefined {
  try {
    parseRegExp(text);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** Whether a text is written as a regular expression between slashes. */
export const isRegexLiteral = (text: string): boolean => REGEX_LITERAL.test(text);

/** Parses a text condition. @throws SyntaxError for an invalid regular expression */
export function toTextMatch(pattern: TextPattern): TextMatch {
  if (pattern instanceof RegExp) return matchingRegExp(pattern);
  if (typeof pattern === 'string')
    return isRegexLiteral(pattern) ? matchingRegExp(parseRegExp(pattern)) : equalTo(pattern);
  if ('matches' in pattern) return matchingRegExp(parseRegExp(pattern.matches));
  if ('equals' in pattern) return equalTo(pattern.equals);
  const { contains } = pattern;
  return {
    text: `{ contains: ${JSON.stringify(contains)} }`,
    matches: (text) => text.includes(contains),
  };
}

function equalTo(wanted: string): TextMatch {
  return { text: JSON.stringify(wanted), matches: (text) => text === wanted };
}

function matchingRegExp(pattern: RegExp): TextMatch {
  // The flags g and y would keep state between matches.
  const fresh = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
  return { text: String(pattern), matches: (text) => fresh.test(text) };
}
