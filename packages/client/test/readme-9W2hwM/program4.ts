import { callAudioConnector, defineIntegration } from '@hookline/client';
import { ScriptedServer } from '@hookline/client/testing';
import { VirtualClock } from '@hookline/runtime';

const clock = new VirtualClock();
const server = new ScriptedServer(clock, { latencyMs: 20 });
const integration = defineIntegration({
  baseConnectionUri: 'wss://bots.example',
  apiKey: 'k',
  dial: server.dial,
});
const call = callAudioConnector({ integration, clock });

await clock.advance(600_000);
server.send('disconnect', { reason: 'completed', outputVariables: { intent: 'balance' } });
const result = await clock.run(call.result);
console.log(result.path, result.durationMs); // success 600020
