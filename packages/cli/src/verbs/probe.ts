import { CAUSES } from '@hookline/client';
import { EXIT } from '../exit-codes.js';
import { type IntegrationFlags, integrationOf } from '../options/integration.js';
import { parseTarget } from '../options/target.js';
import { createConsole, paint } from '../output/console.js';
import type { Verb } from '../program.js';
import { examples } from './examples.js';
import { connectionOptions, identityOptions, outputOptions } from './option-groups.js';

interface ProbeFlags extends IntegrationFlags {
  readonly baseUri?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
  readonly threeWay?: boolean;
}

/** `hookline probe URL`: what Genesys Cloud does when the integration is activated. */
export const probeVerb: Verb = (program, run, exit) => {
  const command = program
    .command('probe')
    .argument('[url]', 'base connection URI; a probe is dialled without a Connector ID')
    .description('do what Genesys Cloud does when the integration is activated')
    .option('--base-uri <uri>', 'the same as the argument')
    .option('--three-way', 'offer the three-way list of media in place of one external channel');
  outputOptions(connectionOptions(identityOptions(command)));
  examples(command, [
    'hookline probe ws://localhost:8080',
    'hookline probe wss://bots.example/v1 --api-key K --client-secret-file secret.txt',
    'hookline probe wss://bots.example/v1 --json',
  ]);
  command.action(async (url: string | undefined, flags: ProbeFlags) => {
    const console = createConsole({ ...flags, ...run });
    const target = parseTarget(url, flags);
    const integration = integrationOf(target.baseConnectionUri, flags, run, console);
    const report = await integration.probe({
      clock: run.clock,
      offer: flags.threeWay ? 'three-way' : 'external',
    });
    const worst = report.problems.find((problem) => problem.fatal);
    const code = report.ok
      ? EXIT.success
      : worst?.cause === undefined
        ? EXIT.expectationFailed
        : CAUSES[worst.cause].exitCode;
    exit(code);
    if (flags.json) console.json({ type: 'result', ...report });
    else {
      const mark = {
        activates: paint(
          console,
          'green',
          console.unicode ? '✓ would be activated' : 'ok would be activated',
        ),
        mayFail: paint(console, 'yellow', '! may fail to activate'),
        fails: paint(
          console,
          'red',
          console.unicode ? '✗ would not be activated' : 'x would not be activated',
        ),
      }[report.verdict];
      console.out(` ${mark}  ${report.url}  ${Math.round(report.durationMs)} ms`);
      for (const problem of report.problems) {
        const clause = problem.clause === undefined ? '' : ` [${problem.clause}]`;
        console.out(`   ${problem.fatal ? 'error' : 'note '} ${problem.text}${clause}`);
      }
    }
    if (code !== EXIT.success) {
      const message = worst?.text ?? 'the probe failed';
      if (flags.json) {
        console.err(JSON.stringify({ error: { code, message, cause: worst?.cause, url: report.url } }));
      } else console.err(`hookline: ${message}`);
    }
  });
};
