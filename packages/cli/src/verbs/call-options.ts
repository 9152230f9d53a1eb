import { CAUSES } from '@hookline/client';
import { type Command, Option } from 'commander';
import type { IntegrationFlags } from '../options/integration.js';
import {
  connectionOptions,
  identityOptions,
  outputOptions,
  repeatable,
  targetOptions,
} from './option-groups.js';

/** The options of `hookline call`, as commander reads them. */
export interface CallFlags extends IntegrationFlags {
  readonly baseUri?: string;
  readonly connectorId?: string;
  readonly conversationId?: string;
  readonly ani?: string;
  readonly aniName?: string;
  readonly dnis?: string;
  readonly language?: string;
  readonly input?: readonly string[];
  readonly inputsJson?: string;
  readonly output?: readonly string[];
  readonly wav?: readonly string[];
  readonly tone?: string;
  readonly silence?: boolean;
  readonly gain: string;
  readonly noise?: string;
  readonly turnGap: string;
  readonly dtmf?: readonly string[];
  readonly bargeIn?: readonly string[];
  readonly stdin?: boolean;
  readonly hangupAfter?: string;
  readonly idleHangup?: string;
  readonly media: string;
  readonly frameMs: string;
  readonly limits: string;
  readonly lateOpened: string;
  readonly expectPath?: string;
  readonly expectCause?: string;
  readonly expectErrorType?: string;
  readonly expectFirstAudio?: string;
  readonly strict?: boolean;
  readonly expectOutput?: readonly string[];
  readonly record?: string;
  readonly out?: string;
  readonly trace?: string;
  readonly redactPii?: boolean;
  readonly ladder?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** Adds the options of `hookline call`; `CallFlags` is what becomes of them. */
export function callOptions(command: Command): Command {
  identityOptions(targetOptions(command))
    .option('--conversation-id <uuid>', 'conversation id; default a new one')
    .option('--ani <number>', "the caller's number")
    .option('--ani-name <name>', "the caller's name")
    .option('--dnis <number>', 'the number that was called')
    .option('--language <tag>', 'language of the flow, such as en-US');
  repeatable(command, '--input <name=value>', 'input variable; value @file reads a file (repeat)');
  command.option('--inputs-json <json>', 'input variables as a JSON object of strings');
  repeatable(command, '--output <name>', 'declare an output; none declared takes all (repeat)');
  connectionOptions(command);

  repeatable(
    command,
    '--wav <file>',
    'what the caller says; each next file after the bot has replied (repeat)',
  );
  command
    .option('--tone <hz>', 'the caller is a tone')
    .option('--silence', 'the caller says nothing (the default)')
    .option('--gain <db>', 'make the WAV files louder or softer', '0')
    .option('--noise <file@snr>', 'a WAV behind the caller all the time: street.wav@10dB below the speech')
    .option('--turn-gap <time>', 'how long the bot must be silent before the caller speaks', '700ms');
  repeatable(command, '--dtmf <keys@when>', 'press keys: 1234#@3s, 1@playback+500ms (repeat)');
  repeatable(command, '--barge-in <file@when>', 'talk over the bot: stop.wav@playback+700ms (repeat)');
  command
    .option(
      '--stdin',
      'take commands from stdin during the call, a JSON object a line: {"type":"dtmf","digits":"1"}',
    )
    .option('--hangup-after <time>', 'hang up this long after the call opened')
    .option(
      '--idle-hangup <time>',
      'hang up this long after all is said and heard; default 10s with --wav, --tone, --stdin',
    )
    .addOption(new Option('--media <format>', 'audio format').choices(['PCMU', 'L16']).default('PCMU'))
    .option('--frame-ms <ms>', 'caller audio in one frame', '200')
    .addOption(
      new Option(
        '--late-opened <how>',
        'what the caller says until the bot sends opened: sent at once, or lost',
      )
        .choices(['burst', 'discard'])
        .default('burst'),
    )
    .addOption(
      new Option('--limits <name>', "rate limits on the bot's messages")
        .choices(['genesys', 'off'])
        .default('genesys'),
    )
    .addOption(
      new Option('--expect-path <path>', 'exit 1 unless the call comes to this').choices([
        'success',
        'failure',
        'disconnected',
      ]),
    )
    .addOption(
      new Option('--expect-cause <cause>', 'exit 1 unless the call fails for this cause').choices(
        Object.keys(CAUSES),
      ),
    )
    .option('--expect-error-type <type>', 'exit 1 unless the flow gets this errorType')
    .option('--expect-first-audio <time>', 'exit 1 unless the bot is heard this soon after opened')
    .option('--strict', 'exit 1 when the bot broke a rule of the protocol');
  repeatable(command, '--expect-output <name=value>', 'exit 1 unless this output comes back (repeat)');
  command
    .option('--record <file>', 'stereo WAV: left the caller, right the bot as heard')
    .option('--out <file>', 'WAV of the bot as heard')
    .option('--trace <dir>', 'keep the trace there; "off" never keeps one; default on failure only')
    .option(
      '--redact-pii',
      'mask who calls, inputs, outputs, keys and texts in all output, and keep no audio in the trace',
    )
    .option('--ladder', 'show the messages as they pass');
  return outputOptions(command);
}
