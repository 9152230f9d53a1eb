import { isLanguageTag, joinConnectionUri } from '@hookline/protocol';
import type { Trace } from '@hookline/trace';
import { openTrace } from '@hookline/trace/node';
import { checkArtifacts } from '../check-artifacts.js';
import { profileOption } from '../config/apply-profile.js';
import type { Verb } from '../context.js';
import { UsageError } from '../exit-codes.js';
import { secretsOf } from '../options/credentials.js';
import { type IntegrationFlags, integrationOf } from '../options/integration.js';
import { didYouMean, parseNumber } from '../options/parse.js';
import { parseTarget, type TargetFlags } from '../options/target.js';
import { type Console, createConsole } from '../output/console.js';
import type { ComparisonOptions } from '../replay/differences.js';
import { actionOf, customConfigOf, type Overrides } from '../replay/play-caller.js';
import { type RecordedCall, readRecordedCall } from '../replay/recorded-call.js';
import { replayCall } from '../replay/replay-call.js';
import { withTraceUsageErrors } from '../trace-view/read-trace.js';
import {
  connectionOptions,
  examples,
  identityOptions,
  outputOptions,
  targetOptions,
} from './option-groups.js';

interface ReplayFlags extends IntegrationFlags, TargetFlags {
  readonly to?: string;
  readonly conversationId?: string;
  readonly ani?: string;
  readonly aniName?: string;
  readonly dnis?: string;
  readonly language?: string;
  readonly speed: string;
  readonly strict?: boolean;
  readonly ignore?: string;
  readonly trace?: string;
  readonly ladder?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** `hookline replay TRACE --to URL`: repeats a recorded call and compares the behaviour of the bot. */
export const replayVerb: Verb = (program, context, exit) => {
  const command = program
    .command('replay')
    .argument(
      '<trace>',
      'trace of a call, from call --trace, record or a server: its folder, or a .zip of it',
    )
    .option('--to <url>', 'URL of the bot, including the Connector ID');
  identityOptions(targetOptions(command))
    .option('--conversation-id <uuid>', 'conversation id; default: a new one')
    .option('--ani <number>', "the caller's number; default: as recorded")
    .option('--ani-name <name>', "the caller's name; default: as recorded")
    .option('--dnis <number>', 'the number that the caller dialled; default: as recorded')
    .option('--language <tag>', 'language of the flow; default: as recorded');
  connectionOptions(command)
    .option('--speed <n>', 'speed of the replay, 0.1 to 10', '1')
    .option('--strict', 'also compare the time of each message of the bot, within 500 ms')
    .option(
      '--ignore <what>',
      'text: the text of the bot; timing: the duration of playbacks; text,timing: both',
    )
    .option('--trace <dir>', 'folder for the new trace; "off" stores none; default: below .hookline')
    .option('--ladder', 'print the messages during the call');
  outputOptions(profileOption(command, context));
  examples(command, [
    'hookline replay .hookline/2026-11-22-1150-3f2a90c14d7e --to ws://localhost:8080/book',
    'hookline replay traces/book --to wss://bots.example/v1/book --client-secret-file secret.txt --ignore text',
    'hookline replay traces/book --to ws://localhost:8080/book --strict --trace again --json',
  ]);
  command.action(async (path: string, flags: ReplayFlags) => {
    const console = createConsole({ ...flags, ...context });
    const { baseConnectionUri, connectorId } = targetOf(flags);
    const comparison = comparisonOf(flags);
    const recorded = await withTraceUsageErrors(() => openTrace(path));
    const call = readRecordedCall(recorded, JSON.stringify(path));
    await checkArtifacts(flags);
    const integration = integrationOf(baseConnectionUri, flags, context, console, {
      customConfig: customConfigOf(call.open),
    });
    noteMissingParts(recorded, call, console);
    exit(
      await replayCall({
        recorded,
        call,
        action: { ...actionOf(call, integration, overridesOf(flags), comparison.speed), connectorId },
        url: joinConnectionUri(baseConnectionUri, connectorId),
        secrets: secretsOf(flags, context.env),
        comparison,
        flags,
        console,
        context,
      }),
    );
  });
};

function targetOf(flags: ReplayFlags) {
  if (flags.to === undefined && flags.baseUri === undefined) {
    throw new UsageError('No target: pass --to with a URL such as ws://localhost:8080/book.');
  }
  if (flags.to !== undefined && flags.baseUri !== undefined) {
    throw new UsageError(
      `--to ${JSON.stringify(flags.to)} and --base-uri (or a profile with a URL) cannot be used together, because both name the target; remove one of them.`,
    );
  }
  return parseTarget(flags.to, flags);
}

const IGNORED = ['text', 'timing'] as const;

function comparisonOf(flags: ReplayFlags): ComparisonOptions {
  const speed = parseNumber(flags.speed, '--speed', { min: 0.1, max: 10 });
  const words = (flags.ignore ?? '').split(',').filter(Boolean);
  const ignore = new Set(
    words.map((word) => {
      const known = IGNORED.find((name) => name === word.trim());
      if (known) return known;
      throw new UsageError(
        `--ignore takes text, timing or both; got ${JSON.stringify(word)}${didYouMean(word, IGNORED)}.`,
      );
    }),
  );
  const strict = flags.strict === true;
  if (strict && (speed !== 1 || ignore.has('timing'))) {
    const other = speed === 1 ? '--ignore timing' : '--speed';
    throw new UsageError(
      `--strict and ${other} cannot be used together, because --strict compares times; remove one of them.`,
    );
  }
  return { strict, ignore, speed };
}

function overridesOf(flags: ReplayFlags): Overrides {
  const { conversationId: id, ani, aniName, dnis, language } = flags;
  // A recorded language may be any text.
  if (language !== undefined && !isLanguageTag(language)) {
    throw new UsageError(
      `--language takes a BCP 47 language tag, such as en-US; got ${JSON.stringify(language)}.`,
    );
  }
  return {
    ...(id === undefined ? {} : { id }),
    ...(ani === undefined ? {} : { ani }),
    ...(aniName === undefined ? {} : { aniName }),
    ...(dnis === undefined ? {} : { dnis }),
    ...(language === undefined ? {} : { language }),
  };
}

/** Prints which parts of the recorded call cannot be played or compared. */
function noteMissingParts(
  recorded: Trace,
  { end, timeline, masked, notRepeated }: RecordedCall,
  console: Console,
): void {
  const hadAudio = recorded.rows.some((row) => row.kind === 'audio');
  if (end.by === 'truncated')
    console.note('hookline: the trace ends before the call; it is played up to its end');
  if (hadAudio && timeline.isEmpty && recorded.caller.length === 0) {
    console.note('hookline: the trace contains no caller audio; silence is played');
  }
  if (notRepeated.length > 0)
    console.note(`hookline: the trace contains no values to send for: ${notRepeated.join(', ')}`);
  if (masked)
    console.note('hookline: the trace masks personal data; texts, keys and variables are not compared');
}
