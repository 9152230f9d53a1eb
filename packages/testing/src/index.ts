export { echo } from './bots/echo.js';
export { parrot } from './bots/parrot.js';
export { BOT_PRESETS, type BotPreset, botPreset } from './bots/presets.js';
export { quiet } from './bots/quiet.js';
export type { BotSettings } from './bots/settings.js';
export { type InMemoryDialOptions, inMemoryDial } from './in-memory.js';
export { type LinkedCall, type LinkedCallOptions, linkedCall } from './linked-call.js';
export { atMoment, type Moment } from './moment.js';
export { demoSpeech, type Phrase, type PhraseName, phrase, phraseUrl } from './speech.js';
