import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { BOT_PRESETS, botPreset } from '@hookline/bots';
import { defineIntegration } from '@hookline/client';
import { createBot } from '@hookline/server';
import { newTraceFolder } from '../artifacts.js';
import type { Verb } from '../context.js';
import { demoCaller } from '../demo-plan.js';
import { EXIT, UsageError } from '../exit-codes.js';
import { makeCall } from '../make-call.js';
import { didYouMean } from '../options/parse.js';
import { createConsole, paint } from '../output/console.js';
import { stderrLogger } from '../output/logger.js';
import { wrapLabelled } from '../output/text.js';
import { examples, outputOptions } from './option-groups.js';

interface DemoFlags {
  readonly bot: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** `hookline demo`: a call between a bot and a caller in one process, over a signed WebSocket on loopback. */
export const demoVerb: Verb = (program, context, exit) => {
  const command = program
    .command('demo')
    .option('--bot <name>', 'reference bot that answers the call', 'parrot');
  outputOptions(command);
  examples(command, ['hookline demo', 'hookline demo --bot echo', 'hookline demo --json']);
  command.action(async (flags: DemoFlags) => {
    const console = createConsole({ ...flags, ...context });
    const names = BOT_PRESETS.map((preset) => preset.name);
    const preset = botPreset(flags.bot);
    if (!preset) {
      const named = JSON.stringify(flags.bot);
      throw new UsageError(
        `Unknown bot ${named}${didYouMean(flags.bot, names)}; expected one of ${names.join(', ')}.`,
      );
    }
    const apiKey = 'hookline-demo';
    const clientSecret = randomBytes(32).toString('base64');
    const bot = createBot(
      {
        auth: { [apiKey]: clientSecret },
        path: `/${preset.name}`,
        clock: context.clock,
        logger: stderrLogger(console, false),
      },
      preset.create({ clock: context.clock }),
    );
    const listening = await bot.listen(0, { host: '127.0.0.1' });
    try {
      const { description, plan } = await demoCaller(preset.name);
      const printsText = !flags.json && !flags.quiet;
      if (printsText) {
        console.out(paint(console, 'bold', 'A call, as Genesys Cloud would make it.'));
        const participants = [
          ...wrapLabelled(console, ' bot     ', `${preset.name}, at ${listening.url}: ${preset.about}`),
          ...wrapLabelled(console, ' caller  ', description),
        ];
        for (const line of [...participants, '']) console.out(line);
      }
      const integration = defineIntegration({ baseConnectionUri: listening.url, apiKey, clientSecret });
      const folder = newTraceFolder(context.clock.wall());
      const code = await makeCall({
        action: { ...plan.action, integration },
        url: listening.url,
        plan,
        secrets: [clientSecret],
        flags: { trace: folder, ladder: !flags.quiet, ...(flags.json ? { json: true } : {}) },
        console,
        context,
      });
      exit(code);
      if (code === EXIT.success && printsText) {
        console.out(
          `\nRecording of the call (left the caller, right the bot as heard):\n  ${join(folder, 'call.wav')}`,
        );
        console.out('Next:');
        console.out('  npx hookline serve parrot --no-auth    serve a reference bot');
        console.out('  npx hookline call ws://localhost:8080/parrot --wav YOUR.wav --ladder');
        console.out('  npx hookline probe ws://YOUR-BOT       make the probe of an activation');
      }
    } finally {
      await listening.close();
    }
  });
};
