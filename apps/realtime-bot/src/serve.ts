import { endCall, realtime, transfer } from '@hookline/realtime';
import { openai } from '@hookline/realtime/openai';
import { createBot } from '@hookline/server';

const INSTRUCTIONS =
  'You book tables for a restaurant, by telephone. Be brief. Ask for the number of people, the day and the time, and ' +
  'have the caller confirm them. Say goodbye before you end the call. If the caller asks for a person, transfer the call.';

/** Reads a required environment variable; exits with 2 if it is missing, or was read from a file with its line break. */
function requireEnv(name: string, description: string): string {
  const value = process.env[name] ?? '';
  if (/^\S+$/.test(value)) return value;
  const fault = value === '' ? 'is not set' : 'contains a space or a line break';
  return exitWithError(`${name} ${fault}; expected ${description}.`);
}

/** Prints what an operator has to know as one line of JSON on stderr, such as why the service refused a session. */
const logAs =
  (level: string) =>
  ({ err, ...fields }: Readonly<Record<string, unknown>>, message: string) =>
    console.error(JSON.stringify({ level, message, error: Object(err).message, ...fields }));

function exitWithError(reason: string): never {
  console.error(`realtime-bot: ${reason}`);
  process.exit(2);
}

function createRealtimeBot() {
  const apiKey = requireEnv('HOOKLINE_API_KEY', 'the API key of the Audio Connector integration');
  const clientSecret = requireEnv('HOOKLINE_CLIENT_SECRET', 'its client secret, in base64');
  const service = openai({
    apiKey: requireEnv('OPENAI_API_KEY', 'a key of the service at OPENAI_BASE_URL, by default OpenAI'),
    model: process.env['OPENAI_MODEL'] || 'gpt-realtime',
    voice: process.env['OPENAI_VOICE'] || 'marin',
    ...(process.env['OPENAI_BASE_URL'] ? { url: process.env['OPENAI_BASE_URL'] } : {}),
  });
  const tools = {
    end_call: endCall({ outputs: { reservation: 'the table that is booked: people, day and time' } }),
    transfer: transfer(['agent']),
  };
  const logger = { debug() {}, info() {}, warn: logAs('warn'), error: logAs('error') };
  return createBot({ auth: { [apiKey]: clientSecret }, path: '/voice', logger }, (call) =>
    realtime(call, service, { instructions: INSTRUCTIONS, tools }),
  );
}

const { PORT = '8080' } = process.env;
const HOST = process.env['HOST'] || '127.0.0.1';
if (!/^\d{1,5}$/.test(PORT) || Number(PORT) > 65_535) {
  exitWithError(`PORT is ${JSON.stringify(PORT)}; expected a number from 0 to 65535.`);
}
if (/\s/.test(HOST)) exitWithError(`HOST is ${JSON.stringify(HOST)}; expected an address or a host name.`);
try {
  const bot = createRealtimeBot();
  const { url } = await bot.listen(Number(PORT), { host: HOST, handleSignals: true });
  console.log(JSON.stringify({ type: 'listening', url }));
} catch (error) {
  exitWithError(error instanceof Error ? error.message : String(error));
}
