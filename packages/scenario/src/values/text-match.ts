import { messageOf } from '@hookline/runtime';

/** What a text has to be. */
export interface TextMatch {
  /** For messages, as a file writes it: `"friday"`, `/which day/i`, `{ contains: "day" }`. */
  readonly text: string;
  fits(text: string): boolean;
}

/** What a program or a file gives for a text: the text itself, `/pattern/flags`, a RegExp, or one of the long forms. */
export type TextPattern =
  | string
  | RegExp
  | { readonly contains: string }
  | { readonly matches: string }
  | { readonly equals: string };

const SLASHED = /^\/(.+)\/([a-z]*)$/s;

/** What is wrong with a regular expression; undefined when nothing is. */
export function patternFault(text: string): string | undefined {
  const [, source = text, flags = ''] = SLASHED.exec(text) ?? [];
  try {
    new RegExp(source, flags);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** Whether a text is written as a regular expression between slashes. */
export const isSlashed = (text: string): boolean => SLASHED.test(text);

/** Reads a pattern. @throws SyntaxError for a regular expression that is none */
export function textMatch(pattern: TextPattern): TextMatch {
  if (pattern instanceof RegExp) return byRegExp(pattern);
  if (typeof pattern === 'string') {
    const [, source, flags] = SLASHED.exec(pattern) ?? [];
    return source === undefined ? exactly(pattern) : byRegExp(new RegExp(source, flags));
  }
  if ('matches' in pattern) return byRegExp(new RegExp(pattern.matches));
  if ('equals' in pattern) return exactly(pattern.equals);
  const { contains } = pattern;
  return {
    text: `{ contains: ${JSON.stringify(contains)} }`,
    fits: (text) => text.includes(contains),
  };
}

function exactly(wanted: string): TextMatch {
  return { text: JSON.stringify(wanted), fits: (text) => text === wanted };
}

function byRegExp(pattern: RegExp): TextMatch {
  // One with the flag g or y would remember where it stopped.
  const fresh = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
  return { text: String(pattern), fits: (text) => fresh.test(text) };
}
