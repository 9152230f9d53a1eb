import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { messageOf } from '@hookline/runtime';
import type { Verb } from '../context.js';
import { UsageError } from '../exit-codes.js';
import { didYouMean } from '../options/parse.js';
import { createConsole } from '../output/console.js';
import { examples } from './option-groups.js';

/** The schema with all messages. */
const BUNDLE = 'audio-connector';
const SUFFIX = '.schema.json';

interface SchemaFlags {
  readonly out?: string;
  readonly list?: boolean;
  readonly quiet?: boolean;
}

/** `hookline schema [TYPE]`: prints the JSON Schema of a message. */
export const schemaVerb: Verb = (program, context) => {
  const command = program
    .command('schema')
    .argument('[type]', 'message type; without it, one schema with all messages')
    .option('--list', 'list the message types')
    .option('--out <dir>', 'write all schemas to this folder instead');
  examples(command, [
    'hookline schema opened',
    'hookline schema > audio-connector.schema.json',
    'hookline schema --out schema/',
  ]);
  command.action((type: string | undefined, flags: SchemaFlags) => {
    const console = createConsole({ ...flags, ...context });
    const folder = dirname(
      createRequire(import.meta.url).resolve(`@hookline/protocol/schema/${BUNDLE}${SUFFIX}`),
    );
    const names = readdirSync(folder).map((file) => basename(file, SUFFIX));
    const types = names.filter((name) => name !== BUNDLE);
    if (flags.list) {
      for (const name of types) console.out(name);
      return;
    }
    if (flags.out !== undefined) {
      try {
        mkdirSync(flags.out, { recursive: true });
        for (const name of names)
          cpSync(join(folder, `${name}${SUFFIX}`), join(flags.out, `${name}${SUFFIX}`));
      } catch (error) {
        throw new UsageError(`--out cannot write ${JSON.stringify(flags.out)}: ${messageOf(error)}.`);
      }
      console.note(`wrote ${names.length} schemas to ${flags.out}`);
      return;
    }
    if (type !== undefined && !types.includes(type)) {
      throw new UsageError(
        `Unknown message type ${JSON.stringify(type)}${didYouMean(type, types)}; expected one of ${types.join(', ')}.`,
      );
    }
    console.out(readFileSync(join(folder, `${type ?? BUNDLE}${SUFFIX}`), 'utf8').trimEnd());
  });
};
