import { callAudioConnector, defineIntegration, inTurn, silenceCaller, toneCaller } from '@hookline/client';

const integration = defineIntegration({ baseConnectionUri: 'ws://localhost:8080/parrot', apiKey: 'k' });
const call = callAudioConnector({
  integration,
  caller: inTurn(silenceCaller(500), toneCaller({ durationMs: 800 })),
});

call.on('playbackStarted', () => void call.say(toneCaller({ frequencyHz: 700, durationMs: 300 }))); // talk over the bot
call.on('turn', ({ disposition, text }) => console.log(disposition, text));
void call.sendDtmf('12#');
for await (const frame of call.botAudio) {
  // What the caller HEARS: 20 ms of 8 kHz µ-law each, silence between playbacks, to the end of the call.
  if (frame.some((byte) => byte !== 0xff)) call.hangup();
}
