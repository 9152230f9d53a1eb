export type { Clock } from '@hookline/runtime';
export { echo } from './echo.js';
export { greeter } from './greeter.js';
export { ivr } from './ivr.js';
export { parrot } from './parrot.js';
export { BOT_PRESETS, type BotPreset, botPreset } from './presets.js';
export { quiet } from './quiet.js';
export type { BotSettings } from './settings.js';
export { demoSpeech, type Phrase, type PhraseName, phrase, phraseUrl } from './speech.js';
