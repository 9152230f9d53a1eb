import { BOT_PRESETS } from '@hookline/bots';
import { type CheckTls, runChecks } from '@hookline/conformance';
import { createBot } from '@hookline/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifies } from '../../../scripts/verifies.ts';
import { CERT, KEY } from '../../client/test/self-signed.js';

const quiet = BOT_PRESETS.find(({ name }) => name === 'quiet');
if (!quiet) throw new Error('There is no bot "quiet".');
const bot = createBot({ auth: 'none' }, quiet.create());
let listening: Awaited<ReturnType<typeof bot.listen>>;
beforeAll(async () => {
  listening = await bot.listen(0, { host: '127.0.0.1', tls: { key: KEY, cert: CERT } });
});
afterAll(() => listening.close());

async function checkWith(tls: CheckTls) {
  const report = await runChecks({
    target: { url: listening.url, apiKey: 'key', tls },
    only: ['AC-CONN-4', 'AC-OPEN-3'],
  });
  const { outcome, finding, reason } = report.results.find(({ id }) => id === 'AC-CONN-4') ?? {};
  return { ok: report.ok, first: report.findings[0]?.id, outcome, text: finding?.got ?? reason };
}

test(verifies('AC-CONN-4', 'fails a bot whose certificate is not signed by a public authority'), async () => {
  expect(listening.url).toMatch(/^wss:/);
  expect(await checkWith({})).toMatchObject({
    ok: false,
    first: 'AC-CONN-4',
    outcome: 'fail',
    text: expect.stringMatching(/self.signed/i),
  });
});

test('does not evaluate the certificate if another authority is configured', async () => {
  expect(await checkWith({ ca: CERT })).toMatchObject({ ok: true, outcome: 'not-applicable' });
});

test('does not evaluate the certificate if it is not verified', async () => {
  expect(await checkWith({ insecure: true })).toMatchObject({
    ok: true,
    outcome: 'not-applicable',
    text: 'certificates are not verified',
  });
});
