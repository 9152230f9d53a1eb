import { preset } from '../../scripts/tsup-preset.ts';

export default preset({
  index: 'src/index.ts',
  openai: 'src/openai/index.ts',
  'voice-live': 'src/voice-live/index.ts',
  deepgram: 'src/deepgram/index.ts',
  elevenlabs: 'src/elevenlabs/index.ts',
  gemini: 'src/gemini/index.ts',
  agents: 'src/agents/index.ts',
  testing: 'src/testing/index.ts',
});
