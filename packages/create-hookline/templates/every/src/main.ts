import { createMyBot } from './bot.js';

const { HOOKLINE_API_KEY, HOOKLINE_CLIENT_SECRET, PORT, HOST } = process.env;
if (!HOOKLINE_API_KEY) {
  console.error('HOOKLINE_API_KEY is not set; expected the API key of the Audio Connector integration.');
  process.exit(2);
}
if (!HOOKLINE_CLIENT_SECRET) {
  console.error(
    'HOOKLINE_CLIENT_SECRET is not set: calls need not be signed, and anybody who knows the key can call.',
  );
}
const bot = createMyBot({ [HOOKLINE_API_KEY]: HOOKLINE_CLIENT_SECRET || null });
// Live calls may go on after SIGTERM for 15 minutes, the longest call; /healthz, /readyz and /metrics are served beside the calls.
const { url } = await bot.listen(Number(PORT || 8080), {
  host: HOST || '127.0.0.1',
  statusPages: true,
  handleSignals: { drainMs: 900_000 },
});
console.log(`listening at ${url}`);
