import { createService, createVoiceBot, describeCapabilities } from './bot.js';

function exitWithError(reason: string): never {
  console.error(`voice-bot: ${reason}`);
  process.exit(2);
}

const { PORT = '8080', HOST = '127.0.0.1' } = process.env;
const apiKey = process.env['HOOKLINE_API_KEY'] || 'voice';
const clientSecret = process.env['HOOKLINE_CLIENT_SECRET'] || null;
if (!/^\d{1,5}$/.test(PORT) || Number(PORT) > 65_535) {
  exitWithError(`PORT is ${JSON.stringify(PORT)}; expected a number from 0 to 65535.`);
}
try {
  const available = await createService();
  const bot = createVoiceBot(available, { [apiKey]: clientSecret });
  const { url } = await bot.listen(Number(PORT), { host: HOST, handleSignals: true });
  console.error(describeCapabilities(available));
  console.log(JSON.stringify({ type: 'listening', url }));
} catch (error) {
  exitWithError(error instanceof Error ? error.message : String(error));
}
