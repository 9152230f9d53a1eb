import type { Command } from 'commander';

const collect = (value: string, previous: readonly string[] = []): readonly string[] => [...previous, value];

/** Where to call. */
export function targetOptions(command: Command): Command {
  return command
    .option('--base-uri <uri>', 'base connection URI of the integration')
    .option('--connector-id <id>', 'Connector ID, appended to --base-uri');
}

/** Who calls, and how that is proven. */
export function identityOptions(command: Command): Command {
  return command
    .option('--api-key <key>', 'API key of the integration [HOOKLINE_API_KEY]')
    .option('--client-secret <base64>', 'client secret of the integration [HOOKLINE_CLIENT_SECRET]')
    .option('--client-secret-file <file>', 'file that holds the client secret')
    .option('--no-sign', 'send no signature')
    .option('--org-id <uuid>', 'organization id; default a new one');
}

/** How the connection is made. */
export function connectionOptions(command: Command): Command {
  return command
    .option('--ca <file>', 'trust this certificate authority (PEM)')
    .option('--insecure', 'do not check the certificate')
    .option('--allow-ws', 'allow ws:// to a public host');
}

/** How the command prints. */
export function outputOptions(command: Command): Command {
  return command
    .option('--json', 'print NDJSON on stdout')
    .option('--quiet', 'print results only')
    .option('--no-color', 'no colours');
}

/** An option that may be given several times; its values in order. */
export function repeatable(command: Command, flags: string, description: string): Command {
  return command.option(flags, description, collect);
}

/** Ends the help of a verb with commands to copy. */
export function examples(command: Command, lines: readonly [string, string, string]): void {
  command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`);
}
