import { callAudioConnector, defineIntegration } from '@hookline/client';

const integration = defineIntegration({ baseConnectionUri: 'ws://localhost:8080/parrot', apiKey: 'k' });
const call = callAudioConnector({
  integration,
  faults: {
    seed: 7,
    jitterMs: 120,
    delayPingsMs: 2000,
    discard: { atMs: 1000, ms: 600 },
    closeMidPlaybackMs: 400,
  },
});
console.log((await call.result).path);
