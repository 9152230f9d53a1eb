import { createBot } from '@hookline/server';
import { API_KEY, CLIENT_SECRET, reportFact, type ServerTask, settingsOf } from './settings.js';

// The same work with everything on: signature, validation, state machine, limits, counters, a callback per frame.
const { task } = settingsOf<{ task: ServerTask }>();
const bot = createBot({ auth: { [API_KEY]: CLIENT_SECRET } }, async (call) => {
  call.onAudio(task === 'echo' ? (bytes) => call.sendFrame(bytes) : () => {});
  if (task === 'barge-in') call.onSpeech({}, { bargeIn: true });
  await call.ended;
});
const { url } = await bot.listen(0, { host: '127.0.0.1' });
reportFact({ url });
