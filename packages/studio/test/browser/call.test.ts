import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Studio, startStudio } from '../../src/studio.js';
import { buildPage, by, hasChromium, inState, launch, openPage } from './chromium.js';
import { addTap, findBack, heardSoFar, writeMicrophone } from './sound-taps.js';

describe.skipIf(!hasChromium)('a call from a browser, over the bridge and a real wire', () => {
  let browser: Browser;
  let studio: Studio;
  let folder: string;
  let phraseMs: number;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'studio-call-'));
    const microphone = join(folder, 'microphone.wav');
    phraseMs = await writeMicrophone(microphone);
    const pageDir = await buildPage();
    await addTap(pageDir);
    studio = await startStudio({ dir: join(folder, 'calls'), pageDir });
    browser = await launch(microphone);
  }, 30_000);
  afterAll(async () => {
    await browser?.close();
    await studio?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const callBuiltIn = async (page: Page, bot: string) => {
    await by(page, 'built-in-bot').selectOption(bot);
    await by(page, 'call-built-in').click();
    await inState(page, 'connected');
  };

  test('brings the words of the microphone back from the parrot, also while the page is busy', {
    timeout: 30_000,
  }, async () => {
    const { page, close } = await openPage(browser, studio.url);
    await page.evaluate('keepBusy()');
    await callBuiltIn(page, 'parrot');
    await page.locator('[data-testid="mark-playback"][data-heard-ms]').first().waitFor({ timeout: 15_000 });
    const { microphone, loudspeaker } = await heardSoFar(page);
    await by(page, 'hang-up').click();
    await inState(page, 'ended');
    const match = findBack(microphone, loudspeaker, phraseMs * 0.9);
    expect(match.correlation).toBeGreaterThanOrEqual(0.99);
    expect(match.ratio).toBeCloseTo(1, 1);
    await close();
  });

  test('brings the echo to the ear within 350 ms, at frames of 200 ms', {
    timeout: 30_000,
    retry: 2,
  }, async () => {
    const { page, close } = await openPage(browser, studio.url);
    await callBuiltIn(page, 'echo');
    await page.waitForTimeout(1500 + phraseMs + 600);
    const { microphone, loudspeaker } = await heardSoFar(page);
    await by(page, 'hang-up').click();
    await inState(page, 'ended');
    const match = findBack(microphone, loudspeaker, phraseMs * 0.9);
    expect(match.correlation).toBeGreaterThanOrEqual(0.99);
    expect(match.lagMs).toBeLessThanOrEqual(350);
    await close();
  });
});
