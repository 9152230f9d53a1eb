import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readWav } from '@hookline/audio';
import { createBot } from '@hookline/server';
import { openTrace } from '@hookline/trace/node';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Studio, startStudio } from '../../src/studio.js';
import { buildPage, byTestId, hasChromium, inState, isOverloaded, launch, openPage } from './chromium.js';
import { addTap, findEcho, recordingAt, recordings, writeMicrophone } from './sound-taps.js';

describe.skipIf(!hasChromium)('a call from a browser, over the bridge and a real wire', () => {
  let browser: Browser;
  /** Its microphone repeats the phrase, so that a greeting that begins late is interrupted as well. */
  let loopingBrowser: Browser;
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
    [browser, loopingBrowser] = await Promise.all([launch(microphone), launch(microphone, 'loop')]);
  }, 60_000);
  afterAll(async () => {
    await Promise.all([browser?.close(), loopingBrowser?.close()]);
    await studio?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const callBuiltIn = async (page: Page, bot: string) => {
    await byTestId(page, 'built-in-bot').selectOption(bot);
    await byTestId(page, 'call-built-in').click();
    await inState(page, 'connected');
  };

  test('plays the speech repeated by the parrot, even while the page is busy', {
    timeout: 60_000,
    retry: 2,
  }, async () => {
    const { page, close } = await openPage(browser, studio.url);
    await page.evaluate('keepBusy()');
    await callBuiltIn(page, 'parrot');
    await page.locator('[data-testid="mark-playback"][data-heard-ms]').first().waitFor({ timeout: 60_000 });
    const { microphone, loudspeaker } = await recordings(page);
    await byTestId(page, 'hang-up').click();
    await inState(page, 'ended');
    const match = findEcho(microphone, loudspeaker, phraseMs * 0.9);
    expect(match.correlation).toBeGreaterThanOrEqual(0.99);
    expect(match.ratio).toBeCloseTo(1, 1);
    await close();
  });

  test('plays the echo within 350 ms, at frames of 200 ms', {
    timeout: 60_000,
    retry: 2,
  }, async () => {
    const { page, close } = await openPage(browser, studio.url);
    await callBuiltIn(page, 'echo');
    // Wait until the whole phrase has come back.
    await page.locator('[data-testid="mark-playback"]').first().waitFor();
    await page.waitForTimeout(phraseMs);
    const echo = async () => {
      const { microphone, loudspeaker } = await recordings(page);
      // Match within one frame: the echo does not buffer, so that a late caller frame leaves a gap before it.
      return findEcho(microphone, loudspeaker, 150);
    };
    let match = await echo();
    for (let tries = 0; match.correlation < 0.99 && tries < 8; tries += 1) {
      await page.waitForTimeout(300);
      match = await echo();
    }
    await byTestId(page, 'hang-up').click();
    await inState(page, 'ended');
    expect(match.correlation).toBeGreaterThanOrEqual(0.99);
    expect(match.lagMs).toBeLessThanOrEqual(isOverloaded() ? 700 : 350);
    await close();
  });

  test('sounds the same if the browser does not support 8 kHz, or only supports a microphone at another rate', {
    timeout: 60_000,
    retry: 2,
  }, async () => {
    const callWithout = async (refused: 'context' | 'microphone') => {
      const { page, close } = await openPage(browser, studio.url);
      await page.evaluate(`refuse8kHz('${refused}')`);
      await callBuiltIn(page, 'parrot');
      const back = page.locator('[data-testid="mark-playback"][data-heard-ms]').first();
      await back.waitFor({ timeout: 20_000 });
      const rates = await page.evaluate<number[]>(`[rateAt('microphone'), rateAt('loudspeaker')]`);
      const said = await recordingAt(page, 'microphone');
      // At a higher rate it may lie between two samples of 8 kHz.
      const heard = [];
      for (const shift of refused === 'context' ? [0, 2, 4] : [])
        heard.push(await recordingAt(page, 'loudspeaker', shift));
      const heardMs = Number(await back.getAttribute('data-heard-ms'));
      await close();
      return { rates, said, heard, heardMs };
    };
    const native = await callWithout('context');
    expect(native.rates[0]).toBeGreaterThan(8000);
    expect(native.rates[1]).toBe(native.rates[0]);
    const [match] = native.heard
      .map((heard) => findEcho(native.said, heard, phraseMs * 0.9))
      .sort((a, b) => b.correlation - a.correlation);
    if (!isOverloaded()) expect(match?.correlation).toBeGreaterThanOrEqual(0.99);
    if (!isOverloaded()) expect(match?.ratio).toBeCloseTo(1, 1);
    const mixed = await callWithout('microphone');
    expect([mixed.rates[0], mixed.rates[1]]).toEqual([native.rates[0], 8000]);
    expect(mixed.heardMs).toBeGreaterThan(phraseMs * 0.8);
  });

  describe.concurrent('from the form to the stored files', () => {
    test('shows what was heard and cut in a barge-in, and offers files that can be read again', {
      timeout: 60_000,
      retry: 2,
    }, async () => {
      const { page, close } = await openPage(loopingBrowser, studio.url);
      await callBuiltIn(page, 'greeter');
      await byTestId(page, 'mark-bargeIn').first().waitFor({ timeout: 60_000 });
      const greeting = byTestId(page, 'mark-playback').first();
      await page.locator('[data-testid="mark-playback"][data-cut-ms]').first().waitFor();
      expect(Number(await greeting.getAttribute('data-cut-ms'))).toBeGreaterThan(100);
      const barged = Number(await byTestId(page, 'mark-bargeIn').first().getAttribute('data-t'));
      const began = Number(await greeting.getAttribute('data-t'));
      const heard = Number(await greeting.getAttribute('data-heard-ms'));
      expect(Math.abs(began + heard - barged)).toBeLessThan(200);
      await inState(page, 'ended');
      const call = byTestId(page, 'call');
      expect(await call.getAttribute('data-path')).toBe('success');
      expect(await call.getAttribute('data-output-count')).toBe('3');
      expect(Number(await byTestId(page, 'wave-bot').getAttribute('data-heard-ms'))).toBeGreaterThan(heard);

      await page.locator('[data-testid="play"]:enabled').waitFor();
      const download = async (file: string) => {
        const [started] = await Promise.all([
          page.waitForEvent('download'),
          byTestId(page, `download-${file}`).click(),
        ]);
        const path = join(folder, `greeter-${file}`);
        await started.saveAs(path);
        return path;
      };
      const zip = await download('trace.zip');
      const { rows } = await openTrace(zip);
      expect(rows.filter((row) => row.kind === 'message' && row.type === 'opened')).toHaveLength(1);
      const wav = readWav(await readFile(await download('call.wav')));
      const lasted = Number(await byTestId(page, 'lane-box').getAttribute('aria-valuemax'));
      expect(wav.channels).toBe(2);
      expect(Math.abs(wav.durationMs - lasted)).toBeLessThan(500);

      await byTestId(page, 'tab-history').click();
      await byTestId(page, 'trace-zip').setInputFiles(zip);
      await page.locator(`[data-testid="row-count"]`, { hasText: /rows/ }).waitFor();
      expect(await byTestId(page, 'row').count()).toBeGreaterThan(5);
      await close();
    });

    test('sends keys from mouse and keyboard, and shows the outputs for the flow', {
      timeout: 60_000,
      retry: 2,
    }, async () => {
      const { page, close } = await openPage(browser, studio.url);
      await byTestId(page, 'field-caller').selectOption('silence');
      await callBuiltIn(page, 'ivr');
      await byTestId(page, 'key-1').click();
      await page.keyboard.type('234');
      await byTestId(page, 'key-hash').click();
      await byTestId(page, 'mark-key').nth(4).waitFor();
      await page.locator('[data-testid="row"][data-type="dtmf"][data-dir="out"]').first().waitFor();
      await byTestId(page, 'key-2').click();
      await inState(page, 'ended');
      expect(await byTestId(page, 'call').getAttribute('data-path')).toBe('success');
      expect(await byTestId(page, 'outputs').textContent()).toContain('verifiedtrue');
      await close();
    });

    test('accepts a link that was copied with characters that are no part of it', {
      timeout: 60_000,
    }, async () => {
      const { page, close } = await openPage(browser, `${studio.url})#. `);
      await inState(page, 'idle');
      await byTestId(page, 'dial').and(page.locator(':enabled')).waitFor();
      await close();
    });

    test('reports the token of another launch, and accepts the URL of this one in the same tab', {
      timeout: 60_000,
    }, async () => {
      const { page } = await openPage(browser, studio.url.replace(/token=.{4}/, 'token=AAAA'));
      await page.locator('[data-state="studio-disconnected"]', { hasText: 'does not belong' }).waitFor();
      await page.goto(studio.url);
      await page.locator('[data-testid="dial"]:enabled').waitFor();
      expect(page.url()).not.toContain(studio.token);
      await page.context().close();
    });

    test('shows the failure as in Architect, and what to do', { timeout: 60_000, retry: 2 }, async () => {
      const bot = await createBot(
        { auth: { key: 'dGhlIHNlY3JldCBvZiB0aGUgYm90LCBpbiBiYXNlNjQ=' } },
        () => ({}),
      ).listen(0, {
        host: '127.0.0.1',
      });
      const { page, close } = await openPage(browser, studio.url);
      const call = byTestId(page, 'call');
      await byTestId(page, 'field-caller').selectOption('silence');
      await byTestId(page, 'field-base-uri').fill(`ws://127.0.0.1:${bot.port}`);
      await byTestId(page, 'field-api-key').fill('key');
      await byTestId(page, 'field-client-secret').fill(
        'YW5vdGhlciBzZWNyZXQsIHdoaWNoIHRoZSBib3QgaGFzIG5vdA==',
      );
      await byTestId(page, 'activate').click();
      await byTestId(page, 'probe').and(page.locator('[data-verdict="fails"]')).waitFor();
      await byTestId(page, 'dial').click();
      await inState(page, 'ended');
      expect(await call.getAttribute('data-path')).toBe('failure');
      expect(await call.getAttribute('data-error-type')).toBe('NoResourceError');
      expect(await byTestId(page, 'failure-outputs').textContent()).toContain('401');
      expect(await byTestId(page, 'next-step').textContent()).not.toBe('');
      await bot.close();
      await byTestId(page, 'dial').click();
      await page
        .locator('[data-testid="failure-outputs"]', { hasText: 'Nothing accepts connections' })
        .waitFor();
      await close();
    });
  });
});
