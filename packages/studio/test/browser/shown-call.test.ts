import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { BridgeMessage } from '../../src/messages.js';
import { ended, LIVE, SUCCESS } from './call-scripts.js';
import { byTestId, hasChromium, inState } from './chromium.js';
import { scriptedPages } from './scripted-page.js';

/** The messages of the scripted call, as those of another call. */
const asCall = (callId: string, messages: readonly BridgeMessage[]): readonly BridgeMessage[] =>
  messages.map((message) => ('callId' in message ? { ...message, callId } : message));

/** The number of pixels that the audio lanes cover. */
const drawnPixels = (page: Page) =>
  page.evaluate<number>(`(() => {
    const canvas = document.querySelector('[data-testid="lane-box"] canvas');
    if (!canvas || canvas.width === 0 || canvas.height === 0) return 0;
    // Chromium warns if the canvas of the page is read repeatedly.
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    return data.filter((value, index) => index % 4 === 3 && value > 0).length;
  })()`);

describe.skipIf(!hasChromium)('the call that the page shows', () => {
  const pages = scriptedPages();

  test('has its own audio lanes and zoom, also when it is not the first', async () => {
    const page = await pages.open();
    pages.bridge.send(...LIVE, ...ended(SUCCESS));
    await inState(page, 'ended');
    await byTestId(page, 'as-table').check();
    await page.locator('[aria-label="Zoom in"]').click();
    pages.bridge.send(...asCall('second', LIVE).filter(({ type }) => type !== 'lanes' && type !== 'mark'));
    await inState(page, 'connected');
    expect(await byTestId(page, 'as-table').isChecked()).toBe(false);
    await page.locator('.lane-empty').waitFor();
    await expect.poll(() => drawnPixels(page)).toBeGreaterThan(0);
    const silent = await drawnPixels(page);
    pages.bridge.send(...asCall('second', LIVE).filter(({ type }) => type === 'lanes'));
    await expect.poll(() => drawnPixels(page)).toBeGreaterThan(silent * 1.5);
    pages.bridge.send(...asCall('second', ended(SUCCESS)));
    await inState(page, 'ended');
    expect(await page.locator('[aria-label="Zoom out"]').isDisabled()).toBe(true);
  });
});
