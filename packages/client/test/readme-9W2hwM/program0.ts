import { callAudioConnector, defineIntegration, wavCaller } from '@hookline/client';

const tables = defineIntegration({
  name: 'Tables',
  baseConnectionUri: 'wss://bots.example/v1',
  apiKey: 'my-api-key',
  clientSecret: process.env.CLIENT_SECRET ?? null, // null: unsigned
});

const call = callAudioConnector({
  integration: tables,
  connectorId: 'book', // appended to the base URI
  inputs: { customerId: '42' },
  outputs: ['reservationId', 'partySize'], // or 'all', the default
  caller: wavCaller('hello.wav'), // any rate, mono or stereo
  conversation: { ani: '+15550001', dnis: '+18000002', language: 'en-US' },
});

const result = await call.result; // never rejects for what happens on the call
if (result.path === 'success') console.log(result.outputs, result.missing, result.undeclared);
if (result.path === 'failure') console.log(result.cause, result.failureOutputs);
if (result.path === 'disconnected') console.log(result.reason);
await call.closed; // the socket is gone
