import { realtime } from '@hookline/realtime';
import { openai } from '@hookline/realtime/openai';
import { createBot } from '@hookline/server';
import { API_KEY, CLIENT_SECRET, reportFact, SPEECH_URL } from './settings.js';

// The same relay with everything on: tracking of heard audio, interruption, pacing, limits, history, metrics.
const service = openai({ url: SPEECH_URL });
const bot = createBot({ auth: { [API_KEY]: CLIENT_SECRET } }, (call) =>
  realtime(call, service, { greeting: 'caller' }),
);
const { url } = await bot.listen(0, { host: '127.0.0.1' });
reportFact({ url });
