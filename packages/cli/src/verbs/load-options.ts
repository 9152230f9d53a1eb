import { type Command, Option } from 'commander';
import type { IntegrationFlags } from '../options/integration.js';
import type { VariableFlags } from '../options/parse.js';
import type { TargetFlags } from '../options/target.js';
import {
  connectionOptions,
  identityOptions,
  outputOptions,
  repeatable,
  targetOptions,
} from './option-groups.js';

/** Where a load is kept and how it is judged: what `load` and `load merge` have in common. */
export interface LoadReportFlags {
  readonly threshold?: readonly string[];
  readonly out?: string;
  readonly html?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** The options of `hookline load`, as commander reads them. */
export interface LoadFlags extends IntegrationFlags, TargetFlags, VariableFlags, LoadReportFlags {
  readonly rate: string;
  readonly ramp: string;
  readonly calls?: string;
  readonly duration?: string;
  readonly hold: string;
  readonly processes: string;
  readonly wav?: readonly string[];
  readonly silence?: boolean;
  readonly scenario?: string;
  readonly tts?: string;
  readonly talk: string;
  readonly turnGap: string;
  readonly patience: string;
  readonly bargeInAfter?: string;
  readonly frameMs: string;
  readonly limits: string;
  readonly maxLate: string;
}

/** Adds the options of `hookline load`; `LoadFlags` is what becomes of them. */
export function loadOptions(command: Command): Command {
  identityOptions(targetOptions(command));
  connectionOptions(command);
  command
    .option('--rate <calls>', 'calls a second that begin, however the bot does', '1')
    .option('--ramp <time>', 'how long the rate grows from 0', '0s')
    .option('--calls <count>', 'how many calls begin; default as many as fit in --duration')
    .option('--duration <time>', 'how long calls begin; default 30s, or until there were --calls')
    .option('--hold <time>', 'how long a call lasts after it opened, unless the bot ends it', '20s')
    .option('--processes <count>', 'into how many processes the calls are divided', '1');
  repeatable(
    command,
    '--wav <file>',
    'what a caller says, in turn and again (repeat); default phrases of our own',
  );
  command
    .option('--silence', 'the callers say nothing')
    .option(
      '--scenario <file>',
      'each call runs this scenario file (.call.yaml) in place of --wav and --hold',
    )
    .option('--tts <command>', 'speaks the texts of a scenario, such as "espeak-ng -w {out} {text}"')
    .addOption(
      new Option('--talk <how>', 'after the bot (turns), or all the time (over), as for a bot that echoes')
        .choices(['turns', 'over'])
        .default('turns'),
    )
    .option('--turn-gap <time>', 'how long the bot must be silent before the caller speaks', '700ms')
    .option('--patience <time>', 'how long the caller waits for the bot to begin, or to end', '20s')
    .option('--barge-in-after <time>', 'talk over each reply when it has been heard for so long')
    .option('--frame-ms <ms>', 'caller audio in one frame', '200')
    .addOption(
      new Option('--limits <name>', "rate limits on the bot's messages")
        .choices(['genesys', 'off'])
        .default('genesys'),
    )
    .option('--max-late <time>', 'exit 7 when 1 of 100 calls or frames of ours is later', '50ms');
  repeatable(command, '--input <name=value>', 'input variable; value @file reads a file (repeat)');
  command.option('--inputs-json <json>', 'input variables as a JSON object of strings');
  return loadReportOptions(command);
}

/** Adds the options that `load merge` has too. */
export function loadReportOptions(command: Command): Command {
  repeatable(
    command,
    '--threshold <bound>',
    'exit 1 unless it holds: reply.p95=1200ms, failed=0.5% (default 1%), lost=0ms (repeat)',
  );
  command
    .option('--out <file>', 'keep what was measured, for load merge')
    .option('--html <file>', 'write the report as one HTML page');
  return outputOptions(command);
}
