/** A piece of JSON text and its kind, for colouring. */
export interface JsonToken {
  readonly kind: 'key' | 'string' | 'number' | 'literal' | 'punctuation';
  readonly text: string;
}

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(true|false|null)|[^"\-\dtfn]+|./gi;

/** Formats a value as indented JSON, split into tokens. */
export function jsonTokens(value: unknown): JsonToken[] {
  return [...JSON.stringify(value, null, 2).matchAll(TOKEN)].flatMap(
    ([all, string, colon, number, literal]): JsonToken[] => {
      if (string !== undefined && colon !== undefined)
        return [
          { kind: 'key', text: string },
          { kind: 'punctuation', text: colon },
        ];
      if (string !== undefined) return [{ kind: 'string', text: string }];
      if (number !== undefined) return [{ kind: 'number', text: number }];
      return [{ kind: literal === undefined ? 'punctuation' : 'literal', text: all }];
    },
  );
}
