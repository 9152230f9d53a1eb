import { defineIntegration } from '@hookline/client';

const integration = defineIntegration({ baseConnectionUri: 'ws://localhost:8080', apiKey: 'my-api-key' });
const { ok, problems } = await integration.probe();
console.log(
  ok,
  problems.map(({ text }) => text),
);
