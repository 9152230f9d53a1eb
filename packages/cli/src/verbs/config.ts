import { effectiveValues } from '../config/effective-values.js';
import { loadConfig } from '../config/load-config.js';
import type { Verb } from '../context.js';
import { UsageError } from '../exit-codes.js';
import { didYouMean } from '../options/parse.js';
import { suggestValues } from '../options/suggested-values.js';
import { createConsole, paint } from '../output/console.js';
import { escapeControls } from '../output/text.js';
import {
  connectionOptions,
  examples,
  identityOptions,
  outputOptions,
  targetOptions,
} from './option-groups.js';

interface ConfigFlags {
  readonly profile?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

const ACTIONS = ['show'];

/** The widest column of values. A longer value shifts the rest of its line. */
const VALUE_COLUMNS = 40;

/** `hookline config show`: prints the effective values of profiles and their sources. */
export const configVerb: Verb = (program, context) => {
  const command = program
    .command('config')
    .argument('[action]', 'show: print every value and its source', 'show')
    .option('--profile <name>', 'print only this profile of hookline.config');
  outputOptions(connectionOptions(identityOptions(targetOptions(command))));
  suggestValues(command, ['show']);
  examples(command, [
    'hookline config show',
    'hookline config show --profile staging',
    'hookline config show --profile staging --api-key K --json',
  ]);
  command.action(async (action: string, flags: ConfigFlags) => {
    if (!ACTIONS.includes(action)) {
      throw new UsageError(
        `Unknown action ${JSON.stringify(action)}${didYouMean(action, ACTIONS)}; expected ${ACTIONS.join(', ')}.`,
      );
    }
    const console = createConsole({ ...flags, ...context });
    const loaded = await loadConfig();
    const names = flags.profile === undefined ? Object.keys(loaded.config.profiles) : [flags.profile];
    if (names.length === 0) console.note(`${loaded.displayPath} has no profile.`);
    for (const name of names) {
      const values = await effectiveValues(loaded, name, command, context);
      if (flags.json) {
        for (const value of values) console.json({ type: 'value', profile: name, ...value });
        continue;
      }
      console.out(
        paint(console, 'bold', `${escapeControls(loaded.displayPath)}, profile ${escapeControls(name)}`),
      );
      const texts = values.map(({ value }) =>
        escapeControls(typeof value === 'string' ? value : (JSON.stringify(value) ?? '')),
      );
      const width = Math.min(VALUE_COLUMNS, Math.max(...texts.map((text) => text.length)));
      for (const [index, { name: field, origin, from = '' }] of values.entries()) {
        const text = texts[index] ?? '';
        console.out(
          `  ${field.padEnd(16)} ${text.padEnd(width)} ${origin.padEnd(7)} ${escapeControls(from)}`.trimEnd(),
        );
      }
    }
  });
};
