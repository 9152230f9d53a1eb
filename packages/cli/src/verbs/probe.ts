import { profileOption } from '../config/apply-profile.js';
import type { Verb } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { secretsOf } from '../options/credentials.js';
import { type IntegrationFlags, integrationOf } from '../options/integration.js';
import { parseTarget } from '../options/target.js';
import { createConsole } from '../output/console.js';
import { createMasking } from '../output/masking.js';
import { showProgress } from '../output/progress.js';
import { reportProbe } from '../output/report-probe.js';
import { connectionOptions, examples, identityOptions, outputOptions } from './option-groups.js';

interface ProbeFlags extends IntegrationFlags {
  readonly baseUri?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
  readonly threeWay?: boolean;
  readonly strict?: boolean;
}

/** `hookline probe URL`: makes the connection probe of Genesys Cloud when an integration is activated. */
export const probeVerb: Verb = (program, context, exit) => {
  const command = program
    .command('probe')
    .argument('[url]', 'base connection URI, without a Connector ID')
    .option('--base-uri <uri>', 'the same as the argument')
    .option('--strict', 'exit 1 if the bot broke a rule of the protocol')
    .option('--three-way', 'offer three media choices instead of one external channel');
  outputOptions(connectionOptions(identityOptions(command)));
  profileOption(command, context);
  examples(command, [
    'hookline probe ws://localhost:8080',
    'hookline probe wss://bots.example/v1 --api-key K --client-secret-file secret.txt',
    'hookline probe wss://bots.example/v1 --json',
  ]);
  command.action(async (url: string | undefined, flags: ProbeFlags) => {
    const console = createConsole({ ...flags, ...context });
    const target = parseTarget(url, flags);
    const integration = integrationOf(target.baseConnectionUri, flags, context, console);
    const masking = createMasking(secretsOf(flags, context.env));
    const stopProgress = showProgress(console, context.clock, () => ['waiting for the bot']);
    const abort = new AbortController();
    // The first signal ends the probe with `close`; the second one does not wait for the bot. After `opened` the probe has
    // sent `close` already, so that the first signal does not shorten the wait for `closed`.
    const release = context.onInterrupt(() => {
      if (abort.signal.aborted) context.exitNow(EXIT.interrupted);
      else abort.abort();
    });
    const report = await integration
      .probe({
        sink: masking.sink,
        clock: context.clock,
        offer: flags.threeWay ? 'three-way' : 'external',
        signal: abort.signal,
      })
      .finally(() => {
        release();
        stopProgress();
      });
    exit(reportProbe(masking.json(report), console, { ...flags, interrupted: abort.signal.aborted }));
  });
};
