import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { CALL_ID, ENTRY, KEPT, ROWS } from './call-scripts.js';
import { byTestId, hasChromium } from './chromium.js';
import { scriptedPages } from './scripted-page.js';

/** The focused element: its tag, and its test id or label. */
const focused = (page: Page) =>
  page.evaluate<string>(
    `(({ activeElement: at }) => at.tagName + ' ' + (at.dataset.testid ?? at.getAttribute('aria-label') ?? ''))(document)`,
  );

describe.skipIf(!hasChromium)('the focus, when the focused control goes away', () => {
  const pages = scriptedPages();

  test('moves to the neighbour of a row that is removed', async () => {
    const page = await pages.open();
    await page.locator('summary', { hasText: 'Inputs' }).click();
    await byTestId(page, 'add-input').click();
    await byTestId(page, 'add-input').click();
    await page.getByLabel('Remove input 2').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).toBe('BUTTON add-input');
    await page.getByLabel('Remove input 1').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).toBe('BUTTON add-input');
  });

  test('moves into the view that takes the place of the history, and back to the rows when details are closed', async () => {
    pages.bridge.welcome = { calls: [ENTRY] };
    pages.bridge.answers.set(`/api/calls/${CALL_ID}`, { ...KEPT, rows: ROWS.length });
    pages.bridge.answers.set(`/api/calls/${CALL_ID}/rows`, { from: 0, total: ROWS.length, rows: ROWS });
    const page = await pages.open();
    await byTestId(page, 'tab-history').click();
    await byTestId(page, 'open-call').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).toMatch(/^MAIN/);
    await byTestId(page, 'row').first().click();
    await page.getByLabel('Close the row').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).not.toMatch(/^BODY/);
  });

  test('stays where a click has put it, if the user had left the control', async () => {
    const page = await pages.open();
    await byTestId(page, 'tab-checks').click();
    await byTestId(page, 'run-checks').click();
    await byTestId(page, 'stop-checks').focus();
    await page.locator('h1').first().click();
    expect(await focused(page)).toMatch(/^BODY/);
    pages.bridge.send({ type: 'refused', of: 'check', code: 'failed', message: 'stopped' });
    await byTestId(page, 'run-checks').waitFor();
    expect(await focused(page)).toMatch(/^BODY/);
  });

  test('stays in the form of the checks while they run, and after they are stopped', async () => {
    const page = await pages.open();
    await byTestId(page, 'tab-checks').click();
    await byTestId(page, 'run-checks').focus();
    await page.keyboard.press('Enter');
    await byTestId(page, 'stop-checks').waitFor();
    await expect.poll(() => focused(page)).not.toMatch(/^BODY/);
    await byTestId(page, 'stop-checks').focus();
    pages.bridge.send({ type: 'refused', of: 'check', code: 'failed', message: 'stopped' });
    await byTestId(page, 'stop-checks').waitFor({ state: 'detached' });
    await expect.poll(() => focused(page)).not.toMatch(/^BODY/);
    await page.getByLabel('Dismiss').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).toMatch(/^MAIN/);
  });
});
