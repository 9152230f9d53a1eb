import { createMyBot } from './bot.js';

const { HOOKLINE_API_KEY, HOOKLINE_CLIENT_SECRET, PORT = '8080', HOST = '127.0.0.1' } = process.env;
if (!HOOKLINE_API_KEY) {
  console.error('HOOKLINE_API_KEY is not set; expected the API key of the Audio Connector integration.');
  process.exit(2);
}
// Without a client secret requests are not signed, and anybody who knows the key can call.
const bot = createMyBot({ [HOOKLINE_API_KEY]: HOOKLINE_CLIENT_SECRET || null });
// Live calls may go on after SIGTERM for 15 minutes, the longest call; /healthz, /readyz and /metrics are served beside the calls.
const { url } = await bot.listen(Number(PORT), {
  host: HOST,
  statusPages: true,
  handleSignals: { drainMs: 900_000 },
});
console.log(`listening at ${url}`);
