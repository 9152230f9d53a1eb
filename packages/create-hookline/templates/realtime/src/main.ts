import { openai } from '@hookline/realtime/openai';
import { createMyBot } from './bot.js';

const { HOOKLINE_API_KEY, HOOKLINE_CLIENT_SECRET, OPENAI_API_KEY, PORT, HOST } = process.env;
if (!HOOKLINE_API_KEY || !OPENAI_API_KEY) {
  console.error(
    'HOOKLINE_API_KEY or OPENAI_API_KEY is not set; expected the API key of the Audio Connector integration, and a key of the speech service.',
  );
  process.exit(2);
}
const service = openai({
  apiKey: OPENAI_API_KEY,
  model: process.env['OPENAI_MODEL'] || 'gpt-realtime',
  voice: process.env['OPENAI_VOICE'] || 'marin',
  // Another server of the same protocol, such as Azure OpenAI.
  ...(process.env['OPENAI_BASE_URL'] ? { url: process.env['OPENAI_BASE_URL'] } : {}),
});
if (!HOOKLINE_CLIENT_SECRET) {
  console.error(
    'HOOKLINE_CLIENT_SECRET is not set: calls need not be signed, and anybody who knows the key can call.',
  );
}
const bot = createMyBot({ [HOOKLINE_API_KEY]: HOOKLINE_CLIENT_SECRET || null }, service);
// Live calls may go on after SIGTERM for 15 minutes, the longest call; /healthz, /readyz and /metrics are served beside the calls.
const { url } = await bot.listen(Number(PORT || 8080), {
  host: HOST || '127.0.0.1',
  statusPages: true,
  handleSignals: { drainMs: 900_000 },
});
console.log(`listening at ${url}`);
