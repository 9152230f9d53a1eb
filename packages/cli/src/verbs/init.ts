import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from '@hookline/runtime';
import { CONFIG_NAMES } from '../config/load-config.js';
import { type StarterFile, starterFiles } from '../config/starter-files.js';
import type { Verb } from '../context.js';
import { UsageError } from '../exit-codes.js';
import { createConsole } from '../output/console.js';
import { examples, outputOptions } from './option-groups.js';

interface InitFlags {
  readonly url: string;
  readonly start: string;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** `hookline init`: writes a configuration, a check profile and a GitHub Actions workflow. */
export const initVerb: Verb = (program, context) => {
  const command = program
    .command('init')
    .option('--url <url>', 'URL of your bot', 'ws://localhost:8080/book')
    .option('--start <command>', 'command that starts your bot, for the workflow', 'node bot.js')
    .option('--force', 'overwrite existing files');
  outputOptions(command);
  examples(command, [
    'hookline init',
    "hookline init --url ws://localhost:9000/support --start 'python3 bot.py'",
    'hookline init --force',
  ]);
  command.action((flags: InitFlags) => {
    const console = createConsole({ ...flags, ...context });
    const files = starterFiles(checkedUrl(flags.url), flags.start);
    if (!flags.force) refuseToOverwrite(files);
    for (const { path, text, about } of files) {
      write(path, text);
      if (flags.json) console.json({ type: 'written', path, about });
      else console.out(`wrote ${path.padEnd(32)} ${about}`);
    }
    console.note('next: hookline config show, then hookline check --profile local');
  });
};

function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'ws:' && url?.protocol !== 'wss:') {
    throw new UsageError(
      `--url takes a URL such as ws://localhost:8080/book or wss://bots.example/v1/book; got ${JSON.stringify(text)}.`,
    );
  }
  return text;
}

function refuseToOverwrite(files: readonly StarterFile[]): void {
  const starterPaths = files.map(({ path }) => path);
  const existing = [...new Set([...starterPaths, ...CONFIG_NAMES])].filter((path) => existsSync(path));
  if (existing.length === 0) return;
  throw new UsageError(
    `${existing.join(', ')} already ${existing.length === 1 ? 'exists' : 'exist'}, so nothing was written; --force overwrites ${starterPaths.join(', ')}.`,
  );
}

function write(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } catch (error) {
    throw new UsageError(`${path} cannot be written: ${messageOf(error)}.`);
  }
}
