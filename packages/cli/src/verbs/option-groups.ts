import type { Command } from 'commander';

const collect = (value: string, previous: readonly string[] = []): readonly string[] => [...previous, value];

/** The target of a call. */
export function targetOptions(command: Command): Command {
  return command
    .option('--base-uri <uri>', 'base connection URI of the integration')
    .option('--connector-id <id>', 'Connector ID, appended to --base-uri');
}

/** The credentials and the organization. */
export function identityOptions(command: Command): Command {
  return command
    .option('--api-key <key>', 'API key of the integration [HOOKLINE_API_KEY]')
    .option('--client-secret <base64>', 'client secret of the integration [HOOKLINE_CLIENT_SECRET]')
    .option('--client-secret-file <file>', 'file with the client secret')
    .option('--no-sign', 'do not sign requests')
    .option('--org-id <uuid>', 'organization id; default: a new one');
}

/** TLS and `ws:` options of the connection. */
export function connectionOptions(command: Command): Command {
  return command
    .option('--ca <file>', 'trust this certificate authority (PEM)')
    .option('--insecure', 'do not check the certificate')
    .option('--allow-ws', 'allow ws:// to a public host');
}

/** The output options. */
export function outputOptions(command: Command): Command {
  return command
    .option('--json', 'print one JSON object per line on stdout')
    .option('--quiet', 'print only results')
    .option('--no-color', 'do not use colours');
}

/** Adds an option that can be repeated. Its values are an array, in order. */
export function repeatable(command: Command, flags: string, description: string): Command {
  return command.option(flags, description, collect);
}

/** Adds examples to the end of the help. */
export function examples(command: Command, lines: readonly [string, string, string]): void {
  command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`);
}
