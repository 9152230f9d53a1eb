import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { callAudioConnector, defineIntegration, silenceCaller } from '@hookline/client';
import type { Bot } from '@hookline/server';
import { expect, onTestFinished, test, vi } from 'vitest';
import { CallRecorder } from './bridged.js';
import { peer } from './peer.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const SECRET = Buffer.from('of the ten lines of the README').toString('base64');
const PORT = 18_080;

test('the ten lines of the README handle a call: the goodbye is heard, and the outputs reach the flow', async () => {
  const [, lines = ''] =
    /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, 'packages/realtime/README.md'), 'utf8')) ?? [];
  const service = await peer((message, send) => {
    if (message['type'] === 'session.update') send({ type: 'session.updated' });
    if (message['type'] !== 'response.create') return;
    const delta = Buffer.alloc(4000, 0x11).toString('base64');
    const item = {
      type: 'function_call',
      call_id: 't1',
      name: 'end_call',
      arguments: '{"reservation":"R-7"}',
    };
    send({ type: 'response.created', response: { id: 'r1' } });
    send({ type: 'response.output_audio.delta', response_id: 'r1', item_id: 'i1', delta });
    send({ type: 'response.output_item.done', response_id: 'r1', item });
    send({ type: 'response.done', response: { id: 'r1', status: 'completed', output: [item] } });
  });
  // The defaults of the vendor and the machine: the URL of the service, and the port.
  const code = lines
    .replace("voice: 'marin' }", `voice: 'marin', url: '${service.url}/v1' }`)
    .replace('bot.listen(8080', `bot.listen(${PORT}`);
  expect(code).toContain(service.url);
  expect(code).toContain(`${PORT}`);
  mkdirSync(join(root, '.test-results'), { recursive: true });
  const folder = mkdtempSync(join(root, '.test-results', 'realtime-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'bot.ts'), `${code}\nexport { bot };\n`);
  vi.stubEnv('HOOKLINE_CLIENT_SECRET', SECRET);
  vi.stubEnv('OPENAI_API_KEY', 'sk-of-this-test');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { bot }: { readonly bot: Bot } = await import(join(folder, 'bot.ts'));
  onTestFinished(() => bot.drain({ timeoutMs: 0 }));
  const recorder = new CallRecorder();
  const call = callAudioConnector({
    integration: defineIntegration({
      baseConnectionUri: `ws://127.0.0.1:${PORT}`,
      apiKey: 'my-api-key',
      clientSecret: SECRET,
    }),
    caller: silenceCaller(10_000),
    sink: recorder as never,
  });
  expect(await call.result).toMatchObject({ path: 'success', outputs: { reservation: 'R-7' } });
  expect(recorder.heardMs(0x11)).toBe(500);
  expect(service.requests[0]?.headers.authorization).toBe('Bearer sk-of-this-test');
});
