/** A part of a URL that is not sent as it is written. */
export interface RewrittenPart {
  readonly part: string;
  /** What happens to it. */
  readonly effect: string;
  /** What to write instead. */
  readonly fix: string;
}

interface Rewriting {
  /** Its last group is the part. */
  readonly pattern: RegExp;
  readonly effect: string;
  readonly fix: (part: string) => string;
}

/** What parsing a URL changes before a query, or at its ends, besides percent-encoding. (https://url.spec.whatwg.org) */
const REWRITINGS: readonly Rewriting[] = [
  {
    pattern: /([\t\n\r]|^[\0- ]|[\0- ]$)/,
    effect: 'is dropped',
    fix: (part) => `remove it, or write ${percentEncoded(part)} for the character itself`,
  },
  {
    pattern: /^[^?]*?(\\)/,
    effect: 'is turned into "/"',
    fix: (part) => `write /, or ${percentEncoded(part)} for the character itself`,
  },
  {
    pattern: /^[^?]*?\/((?:\.|%2e){1,2})(?=[/?]|$)/i,
    effect: 'is resolved as a relative path segment',
    fix: () => 'remove the segment',
  },
  {
    pattern: /^[^?]*(\?)$/,
    effect: 'is dropped if no query follows',
    fix: () => 'remove it',
  },
];

/**
 * The first part of a URL that would not be sent as it is written. Percent-encoding of other characters, such as a space
 * within a path, does not count: the bot decodes it.
 */
export function rewrittenPart(url: string): RewrittenPart | undefined {
  for (const { pattern, effect, fix } of REWRITINGS) {
    const part = pattern.exec(url)?.at(-1);
    if (part !== undefined) return { part, effect, fix: fix(part) };
  }
  return undefined;
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
