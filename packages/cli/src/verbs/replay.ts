import { joinConnectionUri } from '@hookline/protocol';
import type { Trace } from '@hookline/trace';
import { openTrace } from '@hookline/trace/node';
import { checkArtifacts } from '../check-artifacts.js';
import { profileOption } from '../config/apply-profile.js';
import type { Verb } from '../context.js';
import { UsageError } from '../exit-codes.js';
import { secretsOf } from '../options/identity.js';
import { type IntegrationFlags, integrationOf } from '../options/integration.js';
import { closest, parseNumber } from '../options/parse.js';
import { parseTarget, type TargetFlags } from '../options/target.js';
import { type Console, createConsole } from '../output/console.js';
import type { Comparison } from '../replay/differences.js';
import { actionOf, customConfigOf, type Overrides } from '../replay/play.js';
import { type RecordedCall, readRecordedCall } from '../replay/recorded-call.js';
import { replayCall } from '../replay/replay-call.js';
import { readingTrace } from '../trace-view/open.js';
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

/** `hookline replay TRACE --to URL`: whether a server still does what it did in a recorded call. */
export const replayVerb: Verb = (program, context, exit) => {
  const command = program
    .command('replay')
    .argument(
      '<trace>',
      'the trace of a call, as call --trace and record write it: its folder, or a .zip of it',
    )
    .option('--to <url>', 'where to call, Connector ID included');
  identityOptions(targetOptions(command))
    .option('--conversation-id <uuid>', 'conversation id; default a new one')
    .option('--ani <number>', "the caller's number; default as recorded")
    .option('--ani-name <name>', "the caller's name; default as recorded")
    .option('--dnis <number>', 'the number that was called; default as recorded')
    .option('--language <tag>', 'language of the flow; default as recorded');
  connectionOptions(command)
    .option('--speed <n>', 'how many times as fast the caller acts and hears, 0.1 to 10', '1')
    .option('--strict', 'compare also when each message of the bot comes, within 500 ms')
    .option(
      '--ignore <what>',
      'text: the words of the bot; timing: how long it is heard; or both, with a comma',
    )
    .option('--trace <dir>', 'keep the new trace there; "off" keeps none; default a folder below .hookline')
    .option('--ladder', 'show the messages as they pass');
  outputOptions(profileOption(command, context));
  examples(command, [
    'hookline replay .hookline/2026-11-22-1150-3f2a --to ws://localhost:8080/book',
    'hookline replay traces/book --to wss://bots.example/v1/book --client-secret-file secret.txt --ignore text',
    'hookline replay traces/book --to ws://localhost:8080/book --strict --trace again --json',
  ]);
  command.action(async (path: string, flags: ReplayFlags) => {
    const console = createConsole({ ...flags, ...context });
    const { baseConnectionUri, connectorId } = targetOf(flags);
    const comparison = comparisonOf(flags);
    const recorded = await readingTrace(() => openTrace(path));
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
    throw new UsageError('Say what to call: --to with a URL such as ws://localhost:8080/book.');
  }
  if (flags.to !== undefined && flags.baseUri !== undefined) {
    throw new UsageError(
      `Give --to ${JSON.stringify(flags.to)} or --base-uri (a profile with a URL gives one too), not both: each says where to call.`,
    );
  }
  return parseTarget(flags.to, flags);
}

const IGNORED = ['text', 'timing'] as const;

function comparisonOf(flags: ReplayFlags): Comparison {
  const speed = parseNumber(flags.speed, '--speed', { min: 0.1, max: 10 });
  const words = (flags.ignore ?? '').split(',').filter(Boolean);
  const ignore = new Set(
    words.map((word) => {
      const known = IGNORED.find((name) => name === word.trim());
      if (known) return known;
      throw new UsageError(
        `--ignore takes text, timing or both; got ${JSON.stringify(word)}${closest(word, IGNORED)}.`,
      );
    }),
  );
  const strict = flags.strict === true;
  if (strict && (speed !== 1 || ignore.has('timing'))) {
    const other = speed === 1 ? '--ignore timing' : '--speed';
    throw new UsageError(`--strict and ${other} exclude each other: --strict compares times.`);
  }
  return { strict, ignore, speed };
}

function overridesOf(flags: ReplayFlags): Overrides {
  const { conversationId: id, ani, aniName, dnis, language } = flags;
  return {
    ...(id === undefined ? {} : { id }),
    ...(ani === undefined ? {} : { ani }),
    ...(aniName === undefined ? {} : { aniName }),
    ...(dnis === undefined ? {} : { dnis }),
    ...(language === undefined ? {} : { language }),
  };
}

/** What of the recorded call cannot be played. */
function noteMissingParts(recorded: Trace, { end, track }: RecordedCall, console: Console): void {
  const hadAudio = recorded.rows.some((row) => row.kind === 'audio');
  if (end.by === 'cut')
    console.note('hookline: the trace stops before the call ends: it is played up to there');
  if (hadAudio && track.isEmpty && recorded.caller.length === 0) {
    console.note('hookline: the trace holds no audio of the caller: silence is played');
  }
}
