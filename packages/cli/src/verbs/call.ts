import { joinConnectionUri } from '@hookline/protocol';
import { checkArtifacts } from '../check-artifacts.js';
import { profileOption } from '../config/apply-profile.js';
import type { Verb } from '../context.js';
import { makeCall } from '../make-call.js';
import { parseCallPlan } from '../options/call-plan.js';
import { secretsOf } from '../options/credentials.js';
import { integrationOf } from '../options/integration.js';
import { parseInputs } from '../options/parse.js';
import { parseTarget } from '../options/target.js';
import { createConsole } from '../output/console.js';
import { type CallFlags, callOptions } from './call-options.js';
import { examples } from './option-groups.js';

/** `hookline call URL`: makes one call. */
export const callVerb: Verb = (program, context, exit) => {
  const command = callOptions(
    program.command('call').argument('[url]', 'URL of the bot, including the Connector ID'),
  );
  profileOption(command, context);
  examples(command, [
    'hookline call ws://localhost:8080/parrot --wav hello.wav --ladder',
    'hookline call wss://bots.example/v1/book --input customerId=42 --dtmf 1234#@3s --record call.wav',
    'hookline call --base-uri wss://bots.example/v1 --connector-id book --wav hello.wav --json --expect-path success',
  ]);
  command.action(async (url: string | undefined, flags: CallFlags) => {
    const console = createConsole({ ...flags, ...context });
    const target = parseTarget(url, flags);
    const plan = await parseCallPlan(flags, console.note);
    await checkArtifacts(flags);
    const integration = integrationOf(target.baseConnectionUri, flags, context, console);
    const action = {
      ...plan.action,
      integration,
      connectorId: target.connectorId,
      inputs: parseInputs(flags),
    };
    const connectionUrl = joinConnectionUri(target.baseConnectionUri, target.connectorId);
    const secrets = secretsOf(flags, context.env);
    exit(await makeCall({ action, url: connectionUrl, plan, secrets, flags, console, context }));
  });
};
