import { abilities, createVoiceBot, findService } from './bot.js';

function refuse(reason: string): never {
  console.error(`voice-bot: ${reason}`);
  process.exit(2);
}

const { PORT = '8080', HOST = '127.0.0.1' } = process.env;
const apiKey = process.env['HOOKLINE_API_KEY'] || 'voice';
const clientSecret = process.env['HOOKLINE_CLIENT_SECRET'] || null;
if (!/^\d{1,5}$/.test(PORT) || Number(PORT) > 65_535) {
  refuse(`PORT is ${JSON.stringify(PORT)}; expected a number from 0 to 65535.`);
}
try {
  const found = await findService();
  const bot = createVoiceBot(found, { [apiKey]: clientSecret });
  const { url } = await bot.listen(Number(PORT), { host: HOST, handleSignals: true });
  console.error(abilities(found));
  console.log(JSON.stringify({ type: 'listening', url }));
} catch (error) {
  refuse(error instanceof Error ? error.message : String(error));
}
