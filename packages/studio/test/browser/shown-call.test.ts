import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { BridgeMessage, Row } from '../../src/messages.js';
import { CALL_ID, ENTRY, ended, FAILURE, KEPT, LIVE, ROWS, SUCCESS, silentWav } from './call-scripts.js';
import { byTestId, hasChromium, inState } from './chromium.js';
import { scriptedPages } from './scripted-page.js';

/** The messages of the scripted call, as those of another call. */
const asCall = (callId: string, messages: readonly BridgeMessage[]): readonly BridgeMessage[] =>
  messages.map((message) => ('callId' in message ? { ...message, callId } : message));

/** The pixels that the audio lanes cover, as four numbers each. */
const PIXELS = `(() => {
    const canvas = document.querySelector('[data-testid="lane-box"] canvas');
    if (!canvas || canvas.width === 0 || canvas.height === 0) return [];
    // Chromium warns if the canvas of the page is read repeatedly.
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    return Array.from({ length: data.length / 4 }, (_, i) => data.slice(4 * i, 4 * i + 4)).filter((rgba) => rgba[3] > 0);
  })()`;

/** The number of pixels that the audio lanes cover. */
const drawnPixels = (page: Page) => page.evaluate<number>(`${PIXELS}.length`);

/** The opaque colours of the audio lanes. */
const drawnColours = (page: Page) =>
  page.evaluate<string[]>(
    `[...new Set(${PIXELS}.filter(([, , , a]) => a === 255).map(([r, g, b]) => 'rgb(' + [r, g, b].join(', ') + ')'))]`,
  );

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

  /** Opens a stored call from the history. */
  const openStored = async (kept = KEPT, rows = ROWS) => {
    pages.bridge.welcome = { calls: [ENTRY] };
    pages.bridge.answers.set(`/api/calls/${CALL_ID}`, { ...kept, rows: rows.length });
    pages.bridge.answers.set(`/api/calls/${CALL_ID}/rows`, { from: 0, total: rows.length, rows });
    const page = await pages.open();
    await byTestId(page, 'tab-history').click();
    await byTestId(page, 'open-call').click();
    await byTestId(page, 'play').and(page.locator(':enabled')).waitFor();
    return page;
  };

  test('may be of any length', async () => {
    const durationMs = Number.MAX_SAFE_INTEGER;
    const page = await openStored({
      ...KEPT,
      entry: { ...ENTRY, durationMs },
      outcome: { ...SUCCESS, durationMs },
    });
    await expect.poll(() => drawnPixels(page)).toBeGreaterThan(0);
    await page.locator('[aria-label="Zoom in"]').click();
    expect(await page.locator('[aria-label="Zoom out"]').isDisabled()).toBe(false);
  });

  test('shows the whole time of each row, however late', async () => {
    const late = ROWS.map((row) => ({ ...row, t: row.t + 12_345_678 }));
    const page = await openStored(KEPT, late);
    for (const view of ['log', 'ladder']) {
      if (view === 'ladder') await byTestId(page, 'ladder').click();
      for (const width of [1440, 375]) {
        await page.setViewportSize({ width, height: 800 });
        const pane = byTestId(page, 'pane-call');
        if (await pane.isVisible()) await pane.click();
        await page.locator('.cell.t', { hasText: '12345.678' }).first().waitFor();
        const cut = await page.evaluate<number>(
          `[...document.querySelectorAll('.cell.t')].filter((cell) => cell.scrollWidth > cell.clientWidth).length`,
        );
        expect(cut, `${view}, ${width} px`).toBe(0);
      }
    }
  });

  test('says why its recording cannot be played', async () => {
    pages.bridge.answers.set(`/api/calls/${CALL_ID}/call.wav`, new Uint8Array(100));
    const page = await openStored();
    await byTestId(page, 'play').click();
    const banner = page.locator('[data-testid="banner"][data-state="trouble"]');
    await banner.waitFor();
    expect(await banner.textContent()).toContain('The recording cannot be played: ');
    expect(await byTestId(page, 'play').textContent()).toBe('Play');
  });

  test('plays or pauses as it was pressed last, also while the recording is being loaded', async () => {
    const path = `/api/calls/${CALL_ID}/call.wav`;
    let load = () => {};
    const loaded = new Promise<void>((resolve) => {
      load = resolve;
    });
    pages.bridge.answers.set(
      path,
      loaded.then(() => silentWav(7000)),
    );
    const page = await openStored();
    await page.evaluate(`window.plays = 0;
      const play = HTMLMediaElement.prototype.play;
      HTMLMediaElement.prototype.play = function () { window.plays += 1; return play.call(this); };
      0`);
    const answer = page.waitForResponse((response) => response.url().endsWith(path));
    await byTestId(page, 'play').dblclick();
    load();
    await (await answer).finished();
    expect(await byTestId(page, 'play').textContent()).toBe('Play');
    await byTestId(page, 'play').click();
    const at = async () => Number(await byTestId(page, 'cursor').getAttribute('data-t'));
    await expect.poll(at).toBeGreaterThan(100);
    expect(await byTestId(page, 'play').textContent()).toBe('Pause');
    expect(await page.evaluate('plays')).toBe(1);
  });

  test('does not claim that a message of unknown type matches a schema', async () => {
    const page = await openStored(
      KEPT,
      ROWS.map((row) => (row.type === 'opened' ? { ...row, unknownType: true } : row)),
    );
    await page.locator('[data-testid="row"][data-type="opened"]').click();
    expect(await byTestId(page, 'schema-verdict').textContent()).toBe('unknown type, no schema');
  });

  test('has lanes and a legend that differ in forced colours too', async () => {
    const page = await openStored();
    await expect.poll(() => drawnPixels(page)).toBeGreaterThan(0);
    await page.locator('[data-testid="row"]').first().click();
    await page.emulateMedia({ forcedColors: 'active' });
    const selected = await page.evaluate<string>(
      `getComputedStyle(document.querySelector('.row.selected')).outlineStyle`,
    );
    expect(selected).toBe('solid');
    const colours = await page.evaluate<string[]>(
      `['caller', 'bot'].map((side) => getComputedStyle(document.querySelector('.swatch.' + side)).backgroundColor)
        .concat(getComputedStyle(document.querySelector('.lanes')).backgroundColor)`,
    );
    expect(new Set(colours).size).toBe(3);
    const { borderTopColor, borderRightColor } = await page.evaluate<Record<string, string>>(
      `(({ borderTopColor, borderRightColor }) => ({ borderTopColor, borderRightColor }))(
        getComputedStyle(document.querySelector('.lane-box canvas')))`,
    );
    expect([borderTopColor, borderRightColor]).toEqual(colours.slice(0, 2));
    const drawn = () => drawnColours(page);
    await expect.poll(drawn).toEqual(expect.arrayContaining(colours.slice(0, 2)));
    await page.emulateMedia({ forcedColors: 'none' });
    await expect.poll(drawn).not.toEqual(expect.arrayContaining(colours.slice(0, 2)));
  });

  test('is compared with another within the window, also if a text has no spaces', async () => {
    const other = { ...ENTRY, id: 'other' };
    pages.bridge.welcome = { calls: [ENTRY, other] };
    pages.bridge.answers.set('/api/compare', {
      a: ENTRY,
      b: other,
      differences: [{ kind: 'changed', of: 'result', text: 'x'.repeat(5000) }],
    });
    const page = await pages.open({ width: 375, height: 800 });
    await byTestId(page, 'tab-history').click();
    for (const box of await page.locator('[data-testid="history-row"] input').all()) await box.check();
    await byTestId(page, 'compare').click();
    await byTestId(page, 'differences').waitFor();
    expect(await page.evaluate<number>(`document.querySelector('.view').scrollWidth`)).toBeLessThanOrEqual(
      375,
    );
  });

  test('is shown as in progress in the history while it lasts, and cannot be deleted', async () => {
    pages.bridge.welcome = { calls: [{ ...ENTRY, durationMs: 0, live: true }] };
    const page = await pages.open();
    await byTestId(page, 'tab-history').click();
    expect(await byTestId(page, 'history-row').textContent()).toContain('In progress');
    expect(await page.locator('[aria-label^="Delete"]').isDisabled()).toBe(true);
  });

  test('is still the call of this page when it is opened from the history while it lasts', async () => {
    const { path: _, ...unfinished } = ENTRY;
    const kept = { ...KEPT, entry: unfinished, outcome: undefined, rows: 0 };
    pages.bridge.answers.set(`/api/calls/${CALL_ID}`, kept);
    const page = await pages.open();
    pages.bridge.send(...LIVE, { type: 'history', calls: [{ ...unfinished, live: true }] });
    await inState(page, 'connected');
    await byTestId(page, 'tab-history').click();
    await byTestId(page, 'open-call').click();
    await byTestId(page, 'open-call').waitFor({ state: 'hidden' });
    await byTestId(page, 'row').first().waitFor();
  });
});

describe.skipIf(!hasChromium)('a stored call', () => {
  const pages = scriptedPages();
  const { path: _, ...UNFINISHED } = ENTRY;

  test('that is in progress in another page is shown as such, and as a whole once it has ended', async () => {
    const live = { ...UNFINISHED, live: true as const };
    pages.bridge.welcome = { calls: [live] };
    pages.bridge.answers.set(`/api/calls/${CALL_ID}`, {
      ...KEPT,
      entry: UNFINISHED,
      outcome: undefined,
      rows: 0,
    });
    const page = await pages.open();
    await byTestId(page, 'tab-history').click();
    await byTestId(page, 'open-call').click();
    await inState(page, 'connected');
    expect(await byTestId(page, 'state').textContent()).toBe('In progress in another page');
    expect(await byTestId(page, 'result').textContent()).toContain('The call is in progress.');
    expect(await byTestId(page, 'hang-up').isDisabled()).toBe(true);
    pages.bridge.answers.set(`/api/calls/${CALL_ID}`, { ...KEPT, rows: ROWS.length });
    pages.bridge.answers.set(`/api/calls/${CALL_ID}/rows`, { from: 0, total: ROWS.length, rows: ROWS });
    pages.bridge.send({ type: 'history', calls: [ENTRY] });
    await inState(page, 'ended');
    await byTestId(page, 'outputs').waitFor();
    await byTestId(page, 'row').first().waitFor();
  });

  test('that was in progress in another page is shown as a whole after the connection to the studio was lost', {
    timeout: 60_000,
  }, async () => {
    pages.bridge.welcome = { calls: [{ ...UNFINISHED, live: true }] };
    const path = `/api/calls/${CALL_ID}`;
    pages.bridge.answers.set(path, { ...KEPT, entry: UNFINISHED, outcome: undefined, rows: 0 });
    const page = await pages.open();
    await byTestId(page, 'tab-history').click();
    await byTestId(page, 'open-call').click();
    await inState(page, 'connected');
    pages.bridge.answers.set(path, { ...KEPT, rows: ROWS.length });
    pages.bridge.answers.set(`${path}/rows`, { from: 0, total: ROWS.length, rows: ROWS });
    pages.bridge.answers.set('/api/calls', []);
    pages.bridge.welcome = { calls: [ENTRY] };
    pages.bridge.drop();
    await inState(page, 'ended');
    await byTestId(page, 'outputs').waitFor();
  });

  test('fits into a page of 360 px, whatever its URL, cause and captions', async () => {
    const entry = {
      ...ENTRY,
      path: 'failure',
      cause: 'protocol-violation',
      url: `wss://${'b'.repeat(60)}.example`,
    };
    pages.bridge.welcome = { calls: [entry] };
    const turns = [{ t: 0, disposition: 'match', text: 'x'.repeat(3000) }];
    pages.bridge.answers.set(`/api/calls/${CALL_ID}`, { ...KEPT, turns, rows: 0 });
    const page = await pages.open();
    await page.setViewportSize({ width: 360, height: 800 });
    await byTestId(page, 'tab-history').click();
    const boxOf = async (selector: string) => {
      const box = await page.locator(selector).boundingBox();
      if (!box) throw new Error(`${selector} is not shown`);
      return box;
    };
    const path = await boxOf('.history .path');
    expect(path.y).toBeGreaterThan((await boxOf('.history .link')).y + 10);
    expect((await boxOf('.history .url')).width).toBeGreaterThan(150);
    await byTestId(page, 'open-call').click();
    await byTestId(page, 'pane-result').click();
    const [overflow] = await page.evaluate<number[]>(
      `[...document.querySelectorAll('.captions')].map((at) => at.scrollWidth - at.clientWidth)`,
    );
    expect(overflow).toBe(0);
    expect((await boxOf('.captions')).width).toBeLessThanOrEqual(360);
  });

  test('shows its outputs as they are: line breaks, and no reversed text', async () => {
    pages.bridge.welcome = { calls: [ENTRY] };
    const outputs = { 'a\u202ebc': 'one\n  two' };
    pages.bridge.answers.set(`/api/calls/${CALL_ID}`, { ...KEPT, outcome: { ...SUCCESS, outputs }, rows: 0 });
    const page = await pages.open();
    await byTestId(page, 'tab-history').click();
    await byTestId(page, 'open-call').click();
    await byTestId(page, 'outputs').waitFor();
    const shown = await page.evaluate<string>(`document.querySelector('[data-testid="outputs"]').innerText`);
    expect(shown).toContain('a\\u{202e}bc');
    expect(shown).toContain('one\n  two');
  });

  test('shows no text of the bot that reverses what follows, wherever it is', async () => {
    pages.bridge.welcome = { calls: [ENTRY] };
    const reversed = 'x\u202ey';
    const text = JSON.stringify({ type: 'event', reversed });
    const rows: Row[] = [
      { n: 0, t: 1, kind: 'message', dir: 'in', type: 'event', detail: '', text, fault: reversed },
    ];
    const outcome = {
      ...FAILURE,
      errorType: reversed,
      errorMessage: reversed,
      keys: reversed,
      notes: [{ message: reversed, t: 1, count: 1 }],
    };
    pages.bridge.answers.set(`/api/calls/${CALL_ID}`, { ...KEPT, outcome, rows: 1 });
    pages.bridge.answers.set(`/api/calls/${CALL_ID}/rows`, { from: 0, total: 1, rows });
    const page = await pages.open();
    await byTestId(page, 'tab-history').click();
    await byTestId(page, 'open-call').click();
    await byTestId(page, 'row').click();
    await byTestId(page, 'row-detail').waitFor();
    const places = () => page.evaluate<string[]>(TEXTS_WITH_REVERSAL);
    expect(await places()).toEqual([]);
    await page.locator('button', { hasText: 'As sent' }).click();
    expect(await places()).toEqual([]);
    pages.bridge.send({ type: 'refused', of: 'dial', code: 'failed', message: reversed });
    await byTestId(page, 'banner').waitFor();
    expect(await places()).toEqual([]);
  });

  test('draws thousands of captions in few steps, and none twice', async () => {
    const page = await pages.open();
    pages.bridge.send(...LIVE);
    await inState(page, 'connected');
    await page.evaluate(`window.steps = 0;
      new MutationObserver(() => { steps += 1; }).observe(
        document.querySelector('[data-testid="turns"]'), { childList: true, subtree: true });
      0`);
    const turns = Array.from({ length: 2000 }, (_, n) => ({
      t: 4000,
      disposition: 'match',
      text: `caption ${n}`,
    }));
    for (const turn of turns) pages.bridge.send({ type: 'turn', callId: CALL_ID, ...turn });
    const captions = () => page.locator('.captions li').count();
    await expect.poll(captions).toBe(2001);
    expect(await page.locator('.captions li').last().textContent()).toContain('caption 1999');
    expect(await page.evaluate('steps')).toBeLessThan(100);
    pages.bridge.answers.set(`/api/calls/${CALL_ID}`, { ...KEPT, turns });
    pages.bridge.send({ type: 'turn', callId: CALL_ID, t: 5000, disposition: 'match', text: 'the last' });
    pages.bridge.send(...ended(SUCCESS), { type: 'history', calls: [ENTRY] });
    await inState(page, 'ended');
    await byTestId(page, 'play').and(page.locator(':enabled')).waitFor();
    await expect.poll(captions).toBe(2000);
  });

  test('is filtered by the directions of its own trace', async () => {
    pages.bridge.welcome = { calls: [{ ...ENTRY, vantage: 'server' }] };
    const row = { t: 1, kind: 'message', detail: '' } as const;
    const rows: Row[] = [
      { ...row, n: 0, type: 'ping', dir: 'out', traceDir: 'in' },
      { ...row, n: 1, type: 'pong', dir: 'in', traceDir: 'out' },
    ];
    pages.bridge.answers.set(`/api/calls/${CALL_ID}`, { ...KEPT, rows: 2 });
    pages.bridge.answers.set(`/api/calls/${CALL_ID}/rows`, { from: 0, total: 2, rows });
    const page = await pages.open();
    await byTestId(page, 'tab-history').click();
    await byTestId(page, 'open-call').click();
    await byTestId(page, 'filter').fill('dir=in');
    await expect.poll(() => byTestId(page, 'row').count()).toBe(1);
    expect(await byTestId(page, 'row').getAttribute('data-type')).toBe('ping');
  });
});

/** The elements whose own text has a character that reverses text. */
const TEXTS_WITH_REVERSAL = `[...document.querySelectorAll('body *')]
  .filter(({ childNodes }) => [...childNodes].some((node) => node.nodeType === 3 && node.data.includes('\\u202e')))
  .map(({ outerHTML }) => outerHTML.slice(0, 80))`;
