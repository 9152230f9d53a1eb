import { readdirSync, readFileSync } from 'node:fs';
import type { TSchema } from '@sinclair/typebox';
import { clientMessages, serverMessages } from '../src/messages/index.js';

/** One message of the protocol, as the generated documents describe it. */
export interface DocumentedMessage {
  readonly type: string;
  readonly sender: 'client' | 'server';
  readonly schema: TSchema;
  /** The comment above its schema. */
  readonly about: string;
  /** Accepted examples of this type from the vectors. */
  readonly examples: readonly unknown[];
}

const COMMENT_AND_TYPE =
  /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport const \w+ = (?:client|server)Message\(\s*'(\w+)'/g;

/** All messages, those of the client first, with the comment of their schema and examples from the vectors. */
export function documentedMessages(packageRoot: URL): DocumentedMessage[] {
  const comments = commentsByType(new URL('src/messages/', packageRoot));
  const corpus: { accept: { message?: { type?: string } }[] } = JSON.parse(
    readFileSync(new URL('vectors/messages.json', packageRoot), 'utf8'),
  );
  const list = (sender: 'client' | 'server', schemas: Readonly<Record<string, TSchema>>) =>
    Object.entries(schemas).map(([type, schema]) => ({
      type,
      sender,
      schema,
      about: found(comments.get(type), `a comment above the schema of ${type}`),
      examples: found(
        corpus.accept.flatMap(({ message }) => (message?.type === type ? [message] : [])).slice(0, 2),
        `an example of ${type} in vectors/messages.json`,
      ),
    }));
  return [...list('client', clientMessages), ...list('server', serverMessages)];
}

function commentsByType(folder: URL): Map<string, string> {
  const sources = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8'));
  const found = sources.flatMap((source) => [...source.matchAll(COMMENT_AND_TYPE)]);
  return new Map(
    found.map(([, comment = '', type = '']) => [type, comment.replace(/\s*\n? \* ?|\s+/g, ' ').trim()]),
  );
}

function found<T extends string | readonly unknown[]>(value: T | undefined, what: string): T {
  if (value === undefined || value.length === 0) throw new Error(`contract: there is no ${what}`);
  return value;
}
