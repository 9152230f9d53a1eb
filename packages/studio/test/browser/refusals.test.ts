import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { RefusedMessage } from '../../src/messages.js';
import { CALL_ID, ENTRY, KEPT, LIVE, ROWS, state } from './call-scripts.js';
import { byTestId, hasChromium, inState } from './chromium.js';
import { scriptedPages } from './scripted-page.js';

const refusal = (of: string, field?: string): RefusedMessage => ({
  type: 'refused',
  of,
  code: 'invalid-field',
  message: `${field ?? 'Something'} is wrong.`,
  ...(field === undefined ? {} : { field }),
});

const trouble = (page: Page) => page.locator('[data-testid="banner"][data-state="trouble"]');

describe.skipIf(!hasChromium)('what the bridge refuses, and what it cannot do', () => {
  const pages = scriptedPages();

  test('is shown at its field if the form is visible, which opens for it', async () => {
    const page = await pages.open({ width: 375, height: 800 });
    await byTestId(page, 'pane-call').click();
    for (const field of ['language', 'ani', 'dnis', 'inputs', 'outputs', 'clientSecret']) {
      pages.bridge.send(refusal('dial', field));
      await page.locator('.fault', { hasText: `${field} is wrong.` }).waitFor({ state: 'visible' });
    }
    expect(await trouble(page).count()).toBe(0);
  });

  test.each([
    ['of a run of the checks', refusal('check', 'baseUri'), 'checks'],
    ['without a field', refusal('dial', ''), 'call'],
    ['with a field that the form does not have', refusal('dial', 'organizationId'), 'call'],
    ['of a form that is not shown', refusal('dial', 'baseUri'), 'history'],
    ['of the language of a live call', refusal('language', 'language'), 'call'],
  ])('is shown in a banner: a refusal %s', async (_, message, tab) => {
    const page = await pages.open();
    await byTestId(page, `tab-${tab}`).click();
    pages.bridge.send(message);
    await trouble(page).waitFor();
    expect(await trouble(page).textContent()).toContain('is wrong.');
  });

  test('is no longer shown at its field when the integration is activated again', async () => {
    const page = await pages.open();
    await byTestId(page, 'field-base-uri').fill('ws://localhost');
    await byTestId(page, 'activate').click();
    pages.bridge.send(refusal('probe', 'baseUri'));
    const fault = page.locator('.fault', { hasText: 'baseUri is wrong.' });
    await fault.waitFor({ state: 'visible' });
    await byTestId(page, 'activate').click();
    await fault.waitFor({ state: 'detached' });
  });

  test('shows what is missing in the form when Call is pressed elsewhere', async () => {
    const page = await pages.open();
    await byTestId(page, 'tab-checks').click();
    await byTestId(page, 'dial').click();
    await page.locator('#fault-base-uri').waitFor({ state: 'visible' });
  });

  test('waits for nothing any more after a message that the bridge could not read', async () => {
    const page = await pages.open();
    await byTestId(page, 'field-base-uri').fill('ws://localhost');
    await byTestId(page, 'field-caller').selectOption('silence');
    await byTestId(page, 'activate').click();
    await page.locator('[data-testid="activate"]:disabled').waitFor();
    await byTestId(page, 'dial').click();
    await inState(page, 'dialing');
    pages.bridge.send({ type: 'refused', of: '', code: 'too-large', message: 'It is too long.' });
    await inState(page, 'idle');
    await page.locator('[data-testid="activate"]:enabled').waitFor();
    await trouble(page).waitFor();
  });

  test('sends one message for two presses of Call', async () => {
    const page = await pages.open();
    await byTestId(page, 'field-base-uri').fill('ws://localhost');
    await byTestId(page, 'field-caller').selectOption('silence');
    await byTestId(page, 'dial').click();
    await expect.poll(() => pages.bridge.got.length).toBe(1);
    await byTestId(page, 'dial').click();
    await byTestId(page, 'activate').click();
    await expect.poll(() => pages.bridge.got.at(-1)?.type).toBe('probe');
    expect(pages.bridge.got.map(({ type }) => type)).toEqual(['dial', 'probe']);
  });

  test('can activate the integration again after the connection was lost meanwhile', {
    timeout: 60_000,
  }, async () => {
    const page = await pages.open();
    pages.bridge.answers.set('/api/calls', []);
    await byTestId(page, 'field-base-uri').fill('ws://localhost');
    await byTestId(page, 'activate').click();
    await expect.poll(() => pages.bridge.got.length).toBe(1);
    pages.bridge.drop();
    await page.locator('[data-testid="banner"][data-state="studio-disconnected"]').waitFor();
    expect(await byTestId(page, 'activate').isDisabled()).toBe(true);
    expect(await byTestId(page, 'activate').textContent()).toBe('Activate');
    await page.locator('[data-testid="activate"]:enabled').waitFor();
  });

  test('shows the outcome, the recording and all rows of a call during which the connection was lost', {
    timeout: 60_000,
  }, async () => {
    const page = await pages.open();
    const { bridge } = pages;
    bridge.answers.set('/api/calls', []);
    bridge.answers.set(`/api/calls/${CALL_ID}`, KEPT);
    bridge.answers.set(`/api/calls/${CALL_ID}/rows`, { from: 0, total: ROWS.length, rows: ROWS });
    bridge.send(...LIVE);
    await inState(page, 'connected');
    bridge.welcome = { calls: [ENTRY] };
    bridge.drop();
    await inState(page, 'ended');
    await page.locator('[data-testid="call"][data-path="success"]').waitFor();
    await byTestId(page, 'play').and(page.locator(':enabled')).waitFor();
    await expect.poll(() => byTestId(page, 'row').count()).toBe(ROWS.length);
  });

  test('names the limit of open pages if it is why the studio refuses this one', {
    timeout: 60_000,
  }, async () => {
    const page = await pages.open();
    const { bridge } = pages;
    bridge.answers.set('/api/calls', []);
    bridge.refuseSockets();
    bridge.drop();
    await page.locator('[data-testid="banner"]', { hasText: '8 pages are already open' }).waitFor();
    bridge.acceptSockets();
    await page.locator('[data-testid="dial"]:enabled').waitFor();
    bridge.send(state('dialing'));
    await inState(page, 'dialing');
  });
});
