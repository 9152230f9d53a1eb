import { DEFAULT_TURN_GAP_MS } from '@hookline/client';
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

/** The options that `load` and `load merge` have in common. */
export interface LoadReportFlags {
  readonly threshold?: readonly string[];
  readonly out?: string;
  readonly html?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** The options of `hookline load`, as commander parses them. */
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

/** Adds the options of `hookline load`. `LoadFlags` is the type of their values. */
export function loadOptions(command: Command): Command {
  identityOptions(targetOptions(command));
  connectionOptions(command);
  command
    .option('--rate <calls>', 'new calls per second, regardless of how the bot performs', '1')
    .option('--ramp <time>', 'time in which the rate grows from 0', '0s')
    .option('--calls <count>', 'number of calls; default: as many as start within --duration')
    .option('--duration <time>', 'time in which calls start; default: 30s, or until --calls have started')
    .option('--hold <time>', 'duration of a call after it opened, unless the bot ends it', '20s')
    .option('--processes <count>', 'number of processes that make the calls', '1');
  repeatable(
    command,
    '--wav <file>',
    'speech of the callers, in turn and in a loop (repeatable); default: built-in phrases',
  );
  command
    .option('--silence', 'the callers say nothing')
    .option('--scenario <file>', 'scenario file (.call.yaml) that each call runs instead of --wav and --hold')
    .option(
      '--tts <command>',
      'program that synthesizes the text of a scenario, such as "espeak-ng -w {out} {text}"',
    )
    .addOption(
      new Option(
        '--talk <how>',
        'speak in turn with the bot (turns), or continuously (over), as for an echo bot',
      )
        .choices(['turns', 'over'])
        .default('turns'),
    )
    .option(
      '--turn-gap <time>',
      'how long the bot must be silent before the caller speaks',
      `${DEFAULT_TURN_GAP_MS}ms`,
    )
    .option('--patience <time>', 'how long the caller waits for the bot to start or to finish a reply', '20s')
    .option('--barge-in-after <time>', 'interrupt each reply after this time')
    .option('--frame-ms <ms>', 'duration of a frame of caller audio', '200')
    .addOption(
      new Option('--limits <name>', "rate limits on the bot's messages")
        .choices(['genesys', 'off'])
        .default('genesys'),
    )
    .option('--max-late <time>', 'exit 7 if 1 of 100 calls or sent frames is later than this', '50ms');
  repeatable(command, '--input <name=value>', 'input variable; the value @FILE reads a file (repeatable)');
  command.option('--inputs-json <json>', 'input variables as a JSON object of strings');
  return loadReportOptions(command);
}

/** Adds the options that `load` and `load merge` have in common. */
export function loadReportOptions(command: Command): Command {
  repeatable(
    command,
    '--threshold <bound>',
    'exit 1 if this limit is exceeded: reply.p95=1200ms, failed=0.5% (default 1%), lost=0ms (repeatable)',
  );
  command
    .option('--out <file>', 'write the measurements to this file, for load merge')
    .option('--html <file>', 'write the report as an HTML page');
  return outputOptions(command);
}
