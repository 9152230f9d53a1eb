import { callAudioConnector, defineIntegration } from '@hookline/client';
import { type Bot, type CallHandler, createBot } from '@hookline/server';
import { describe, expect, onTestFinished, test } from 'vitest';
import { haproxy, isMissing, nginx } from './proxies.js';

const SECRET = 'YmVoaW5kIGEgcHJveHksIGFuZCBzdGlsbCBzaWduZWQ=';
const PATH = '/v1/bots';

/** Two instances of a bot behind a proxy. */
async function twoInstances(handler: (name: string) => CallHandler) {
  const start = async (name: string) => {
    const bot = createBot({ auth: { key: SECRET }, path: PATH }, handler(name));
    const listening = await bot.listen(0, { host: '127.0.0.1', statusPages: true });
    onTestFinished(() => listening.close());
    return { bot, port: listening.port };
  };
  return [await start('1'), await start('2')] as const;
}

function caller(port: number, path = '/book?tier=gold') {
  const integration = defineIntegration({
    baseConnectionUri: `ws://127.0.0.1:${port}${PATH}`,
    apiKey: 'key',
    clientSecret: SECRET,
  });
  return callAudioConnector({ integration, connectorId: path.slice(1), outputs: 'all' });
}

/** A bot that waits for a key in a call with `?stay`, and otherwise ends at once. */
const instance =
  (name: string): CallHandler =>
  async (call) => {
    if (call.url.endsWith('stay')) {
      await new Promise<void>((resolve) => void call.on('dtmf', () => resolve()));
    }
    return { instance: name, url: call.url };
  };

/** Calls without a pause while an instance is drained. */
async function drainUnderCalls(
  port: number,
  [first, second]: readonly [{ readonly bot: Bot }, { readonly bot: Bot }],
) {
  const live: ReturnType<typeof caller>[] = [];
  const sessions = () => [first.bot.sessions, second.bot.sessions];
  // An earlier call must not be counted.
  await expect.poll(sessions).toEqual([0, 0]);
  while (sessions().includes(0)) {
    const call = caller(port, '/book?stay');
    live.push(call);
    await new Promise((resolve) => call.on('state', (state) => state === 'open' && resolve(state)));
  }
  const drained = first.bot.drain({ timeoutMs: 20_000 });
  const instances: unknown[] = [];
  for (let number = 0; number < 30; number++) {
    const result = await caller(port).result;
    expect(result).toMatchObject({ path: 'success', warnings: [] });
    if (result.path === 'success') instances.push(result.outputs['instance']);
  }
  expect(new Set(instances)).toEqual(new Set(['2']));
  for (const call of live) await call.sendDtmf('1');
  const results = await Promise.all(live.map((call) => call.result));
  const served = results.map((result) => result.path === 'success' && result.outputs['instance']);
  expect(new Set(served)).toEqual(new Set(['1', '2']));
  await drained;
  await Promise.all(live.map((call) => call.closed));
}

describe.each([
  ['haproxy', haproxy],
  ['nginx', nginx],
] as const)('behind %s', (command, proxy) => {
  test.skipIf(isMissing(command))(
    'a signed call keeps its Host and path, and draining an instance loses no call',
    async (context) => {
      const instances = await twoInstances(instance);
      const port = await proxy(
        context,
        instances.map((one) => one.port),
      );
      expect(await caller(port).result).toMatchObject({
        path: 'success',
        outputs: { url: `${PATH}/book?tier=gold` },
      });
      await drainUnderCalls(port, instances);
    },
    60_000,
  );
});
