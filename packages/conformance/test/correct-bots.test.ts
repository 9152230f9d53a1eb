import { BOT_PRESETS } from '@hookline/bots';
import { FAULTS, runChecks } from '@hookline/conformance';
import { createBot } from '@hookline/server';
import { describe, expect, test } from 'vitest';
import { checkFault, pooled } from './check-fault.js';

const API_KEY = 'conformance-test-key';
const SECRET = 'Y29uZm9ybWFuY2UtdGVzdC1zZWNyZXQtMTIzNDU=';

const reports = pooled(BOT_PRESETS, 5, async ({ name, create }) => {
  const bot = createBot({ auth: { [API_KEY]: SECRET }, path: `/${name}` }, create());
  const listening = await bot.listen(0, { host: '127.0.0.1' });
  try {
    return await runChecks({
      target: { url: listening.url, apiKey: API_KEY, clientSecret: SECRET },
    });
  } finally {
    await listening.close();
  }
});
/** Violations of samples and third parties that are common in working bots. */
const UNUSUAL_BOTS = [
  'ends-the-connection-itself',
  'leaves-out-parameters',
  'never-closes',
  'opens-at-16-khz',
] as const;
const [correct, ...unusualBots] = pooled([undefined, ...UNUSUAL_BOTS], 5, (name) => checkFault(name));
for (const report of [...reports, correct, ...unusualBots]) report?.catch(() => {});

describe('the check of a correct bot', () => {
  test.each(BOT_PRESETS.map(({ name }, index) => ({ name, index })))(
    'finds nothing on $name, within a minute',
    { timeout: 120_000 },
    async ({ index }) => {
      const report = await reports[index];
      expect(report?.findings.map(({ id, finding }) => `${id} ${finding.call}: ${finding.got}`)).toEqual([]);
      expect({ ok: report?.ok, unseen: report?.unseenAreas }).toMatchObject({ ok: true });
      expect(report?.durationMs).toBeLessThan(60_000);
    },
  );

  test('finds nothing on the faulty bot without a fault', { timeout: 60_000 }, async () => {
    const report = await correct;
    expect(report?.findings.map(({ id, finding }) => `${id} ${finding.call}: ${finding.got}`)).toEqual([]);
    expect(report?.ok).toBe(true);
  });
});

describe('the check without --strict', () => {
  test.each(UNUSUAL_BOTS.map((name, index) => ({ name, index })))(
    'warns of a bot that $name, but passes it',
    { timeout: 60_000 },
    async ({ name, index }) => {
      const report = await unusualBots[index];
      const { breaks } = FAULTS.find((fault) => fault.name === name) ?? {};
      expect([report?.findings[0]?.id, report?.counts.fail, report?.unseenAreas, report?.ok]).toEqual([
        breaks,
        0,
        [],
        true,
      ]);
      expect(report?.durationMs).toBeLessThan(60_000);
    },
  );
});
