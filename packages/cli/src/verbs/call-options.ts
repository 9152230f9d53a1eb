import { CAUSES, DEFAULT_TURN_GAP_MS } from '@hookline/client';
import { type Command, Option } from 'commander';
import type { IntegrationFlags } from '../options/integration.js';
import {
  connectionOptions,
  identityOptions,
  outputOptions,
  repeatable,
  targetOptions,
} from './option-groups.js';

/** The options of `hookline call`, as commander parses them. */
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

/** Adds the options of `hookline call`. `CallFlags` is the type of their values. */
export function callOptions(command: Command): Command {
  identityOptions(targetOptions(command))
    .option('--conversation-id <uuid>', 'conversation id; default: a new one')
    .option('--ani <number>', "the caller's number")
    .option('--ani-name <name>', "the caller's name")
    .option('--dnis <number>', 'the number that the caller dialled')
    .option('--language <tag>', 'language of the flow, such as en-US');
  repeatable(command, '--input <name=value>', 'input variable; the value @FILE reads a file (repeatable)');
  command.option('--inputs-json <json>', 'input variables as a JSON object of strings');
  repeatable(command, '--output <name>', 'declare an output; without any, all are accepted (repeatable)');
  connectionOptions(command);

  repeatable(
    command,
    '--wav <file>',
    'speech of the caller; further files play after the bot has replied (repeatable)',
  );
  command
    .option('--tone <hz>', 'the caller is a tone of this frequency')
    .option('--silence', 'the caller says nothing (the default)')
    .option('--gain <db>', 'change the volume of the WAV files', '0')
    .option('--noise <file@snr>', 'background noise: street.wav@10dB is 10 dB below the speech')
    .option(
      '--turn-gap <time>',
      'how long the bot must be silent before the caller speaks',
      `${DEFAULT_TURN_GAP_MS}ms`,
    );
  repeatable(command, '--dtmf <keys@when>', 'press keys: 1234#@3s, 1@playback+500ms (repeatable)');
  repeatable(command, '--barge-in <file@when>', 'interrupt the bot: stop.wav@playback+700ms (repeatable)');
  command
    .option(
      '--stdin',
      'read commands from stdin during the call, one JSON object per line: {"type":"dtmf","digits":"1"}',
    )
    .option('--hangup-after <time>', 'hang up at this time after the call opened')
    .option(
      '--idle-hangup <time>',
      'hang up after this time without audio from caller and bot, a --tone aside; default: 10s with --wav, --tone and --stdin',
    )
    .addOption(new Option('--media <format>', 'audio format').choices(['PCMU', 'L16']).default('PCMU'))
    .option('--frame-ms <ms>', 'duration of a frame of caller audio', '200')
    .addOption(
      new Option('--late-opened <how>', 'caller audio from before opened: send it at once, or discard it')
        .choices(['burst', 'discard'])
        .default('burst'),
    )
    .addOption(
      new Option('--limits <name>', "rate limits on the bot's messages")
        .choices(['genesys', 'off'])
        .default('genesys'),
    )
    .addOption(
      new Option('--expect-path <path>', 'exit 1 unless the call ends with this path').choices([
        'success',
        'failure',
        'disconnected',
      ]),
    )
    .addOption(
      new Option('--expect-cause <cause>', 'exit 1 unless the call fails with this cause').choices(
        Object.keys(CAUSES),
      ),
    )
    .option('--expect-error-type <type>', 'exit 1 unless the flow receives this errorType')
    .option('--expect-first-audio <time>', 'exit 1 unless the bot is heard within this time after opened')
    .option('--strict', 'exit 1 if the bot broke a rule of the protocol');
  repeatable(
    command,
    '--expect-output <name=value>',
    'exit 1 unless the bot returns this output (repeatable)',
  );
  command
    .option('--record <file>', 'write a stereo WAV file: left the caller, right the bot as heard')
    .option('--out <file>', 'write a WAV file of the bot as heard')
    .option(
      '--trace <dir>',
      'folder for the trace; "off" stores none; default: below .hookline, if the call failed or a rule was broken',
    )
    .option(
      '--redact-pii',
      'mask the caller, inputs, outputs, keys and text in all output, and store no audio',
    )
    .option('--ladder', 'print the messages during the call');
  return outputOptions(command);
}
