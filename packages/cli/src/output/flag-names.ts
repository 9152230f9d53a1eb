import type { Command } from 'commander';

/** Where the value of a field of the packages comes from: its flag, and the environment variable without a flag. */
interface Source {
  readonly flag: string;
  readonly env?: string;
  /** The name in a profile, if it is not that of the flag. */
  readonly profile?: string;
}

const API_KEY: Source = { flag: 'api-key', env: 'HOOKLINE_API_KEY' };
const CLIENT_SECRET: Source = { flag: 'client-secret', env: 'HOOKLINE_CLIENT_SECRET' };

/** The fields that errors of the packages name, with the flags that set them, and what follows the name of the flag. */
const SOURCES: readonly (readonly [field: RegExp, source: Source, joint?: string])[] = [
  [/^organizationId(?=: | is )/, { flag: 'org-id' }],
  [/^apiKey(?=: | is )/, API_KEY],
  [/^clientSecret(?=: | is )/, CLIENT_SECRET],
  [/^(?=client secret: )/, CLIENT_SECRET, ': '],
  [/^createBot: auth(?=: client secret: )/, CLIENT_SECRET],
  [/^createBot: auth: an API key(?= )/, API_KEY, ': '],
  [/^serveFault: apiKey(?= )/, API_KEY, ': '],
  [/^serveFault: (?=client secret: )/, CLIENT_SECRET, ': '],
  [/^serveFault: host(?= )/, { flag: 'host' }],
  [/^conversation\.id(?=: | is )/, { flag: 'conversation-id' }],
  [/^conversation\.ani(?=: | is )/, { flag: 'ani' }],
  [/^conversation\.aniName(?=: | is )/, { flag: 'ani-name' }],
  [/^conversation\.dnis(?=: | is )/, { flag: 'dnis' }],
  [/^conversation\.language(?=: | is )/, { flag: 'language' }],
  [/^outputs(?=: | is )/, { flag: 'output', profile: 'outputs' }],
  [/^inputs\.(?=.*?(?:: | is ))/, { flag: 'input', profile: 'inputs' }, ' '],
  [/^inputs(?=: | is )/, { flag: 'input', profile: 'inputs' }],
  [/^baseConnectionUri(?=: | is )/, { flag: 'base-uri', profile: 'url' }],
  [/^connectorId(?=: | is )/, { flag: 'connector-id' }],
  [/^threshold(?=: )/, { flag: 'threshold' }],
  [/^runChecks: profile(?=: )/, { flag: 'profile' }],
  [/^listen: host(?= )/, { flag: 'host' }],
  [/^planLoad: rampMs(?= )/, { flag: 'ramp' }],
  [/^planLoad: holdMs(?= )/, { flag: 'hold' }],
  [/^planLoad: durationMs(?= )/, { flag: 'duration' }],
  [/^planLoad: maxLateMs(?= )/, { flag: 'max-late' }],
  [/^planLoad: calls(?= )/, { flag: 'calls' }],
  [/^planLoad: rate(?= )/, { flag: 'rate' }],
  [/^planLoad: frameMs(?= )/, { flag: 'frame-ms' }],
];

/** The flag that takes the URL of a verb that has no such argument. */
const URL_FLAGS: Readonly<Record<string, string>> = { replay: '--to', run: '--target' };

/**
 * Rewords an error of the packages for someone who typed a command: it names a flag, an environment variable or a field
 * of a profile in place of an option of the API. Other messages are returned unchanged.
 */
export function nameFlags(message: string, command: Command | undefined): string {
  if (!command) return message;
  for (const [field, source, joint = ''] of SOURCES) {
    if (!field.test(message)) continue;
    const label = labelOf(source, command);
    if (label === undefined) return message;
    const named = message
      .replace(field, `${label}${joint}`)
      .replace(`${label}: client secret: `, `${label}: `)
      .replace(/: +(is|has) /, ': it $1 ');
    return withoutApi(named, command);
  }
  return message;
}

function labelOf({ flag, env, profile }: Source, command: Command): string | undefined {
  const option = optionOf(flag, command);
  if (!option) return flag === 'base-uri' ? URL_FLAGS[command.name()] : undefined;
  switch (command.getOptionValueSource(option)) {
    case 'profile':
      return `The ${profile ?? option} of the profile`;
    case undefined:
      if (flag === 'base-uri') return URL_FLAGS[command.name()] ?? 'The URL';
      return isGiven('client-secret-file', command) && flag === 'client-secret'
        ? '--client-secret-file'
        : (env ?? `--${flag}`);
    default:
      return `--${flag}`;
  }
}

const optionOf = (flag: string, command: Command) =>
  command.options.find(({ long }) => long === `--${flag}`)?.attributeName();

function isGiven(flag: string, command: Command): boolean {
  const option = optionOf(flag, command);
  return option !== undefined && command.getOptionValueSource(option) !== undefined;
}

/** Leaves out what only a program can do, and says how the command does the rest. */
function withoutApi(message: string, command: Command): string {
  return message
    .replace(/: "open" has (.*?) at \/\S+;/, ' is $1;')
    .replace(' or a Uint8Array of the key bytes', '')
    .replace('set allowWs', optionOf('allow-ws', command) === undefined ? 'set allowWs' : 'pass --allow-ws');
}
