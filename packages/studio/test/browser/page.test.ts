import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Row } from '../../src/messages.js';
import {
  CALL_ID,
  CHECKED,
  ENTRY,
  ended,
  FAILURE,
  KEPT,
  LIVE,
  REPLIES,
  ROWS,
  SUCCESS,
  silentWav,
  state,
} from './call-scripts.js';
import { byTestId, hasChromium, inState, measureFrames } from './chromium.js';
import type { ScriptedBridge } from './scripted-bridge.js';
import { scriptedPages } from './scripted-page.js';

/** Maximum processor time of a frame while scrolling 50,000 rows, as a multiple of that with 1,000 rows. */
const MAX_FRAME_RATIO = 3;

describe.skipIf(!hasChromium)('the page of the studio, in a browser', () => {
  const pages = scriptedPages();
  let bridge: ScriptedBridge;

  beforeEach(() => {
    bridge = pages.bridge;
    bridge.answers.set(`/api/calls/${CALL_ID}`, KEPT);
    bridge.answers.set(`/api/calls/${CALL_ID}/rows`, { from: 0, total: ROWS.length, rows: ROWS });
  });

  const { open } = pages;
  const call = (page: Page) => page.locator('[data-testid="call"]');
  /** Shows a finished call with its recording. */
  const end = async (page: Page, outcome = SUCCESS) => {
    bridge.answers.set(`/api/calls/${CALL_ID}`, { ...KEPT, outcome });
    if ((await call(page).getAttribute('data-call-state')) === 'idle') bridge.send(...LIVE);
    bridge.send(...ended(outcome), { type: 'history', calls: [ENTRY] });
    await inState(page, 'ended');
    await byTestId(page, 'play').and(page.locator(':enabled')).waitFor();
  };

  test('shows the recording of its call once the call is saved, not when the history lists it before', {
    timeout: 60_000,
  }, async () => {
    const page = await open();
    const { path: _, ...unsaved } = ENTRY;
    const { lanes: __, wavOffsetMs: ___, ...withoutAudio } = KEPT;
    bridge.answers.set(`/api/calls/${CALL_ID}`, withoutAudio);
    // The history is also sent when a call of another page ends.
    bridge.send(...LIVE, ...ended(SUCCESS), { type: 'history', calls: [unsaved] });
    await inState(page, 'ended');
    bridge.answers.set(`/api/calls/${CALL_ID}`, KEPT);
    bridge.send({ type: 'history', calls: [ENTRY] });
    await byTestId(page, 'play').and(page.locator(':enabled')).waitFor();
  });

  test('dials from the form, exposes each state of the call to scripts, and hangs up', {
    timeout: 60_000,
  }, async () => {
    const page = await open();
    await expect.poll(() => call(page).getAttribute('data-call-state')).toBe('idle');
    await byTestId(page, 'field-base-uri').fill('wss://bots.example/v1');
    await byTestId(page, 'field-api-key').fill('key');
    await byTestId(page, 'field-client-secret').fill('c2VjcmV0');
    await byTestId(page, 'field-connector-id').fill('book');
    await byTestId(page, 'field-caller').selectOption('tone');
    await page.locator('summary', { hasText: 'Inputs' }).click();
    await byTestId(page, 'add-input').click();
    await byTestId(page, 'input-name-0').fill('customerId');
    await byTestId(page, 'input-value-0').fill('42');
    await page.locator('summary', { hasText: /^Outputs/ }).click();
    await byTestId(page, 'all-outputs').uncheck();
    await byTestId(page, 'add-output').click();
    await byTestId(page, 'output-name-0').fill('reservationId');
    await byTestId(page, 'dial').click();
    await expect
      .poll(() => bridge.got)
      .toEqual([
        {
          type: 'dial',
          integration: {
            name: 'Audio Connector',
            baseUri: 'wss://bots.example/v1',
            apiKey: 'key',
            clientSecret: 'c2VjcmV0',
          },
          actionName: 'Call Audio Connector',
          connectorId: 'book',
          inputs: [['customerId', '42']],
          outputs: ['reservationId'],
          caller: { kind: 'tone' },
          frameMs: 200,
          conversation: {},
        },
      ]);
    bridge.send(state('dialing'));
    await inState(page, 'dialing');
    bridge.send(...LIVE);
    await inState(page, 'connected');
    expect(await call(page).getAttribute('data-activity')).toBe('bot-speaking');
    const row = byTestId(page, 'row').and(page.locator('[data-type="opened"]'));
    expect(await row.getAttribute('data-dir')).toBe('in');
    expect(await row.getAttribute('data-t')).toBe('56');
    await byTestId(page, 'hang-up').click();
    await expect.poll(() => bridge.got.at(-1)).toEqual({ type: 'hang-up' });
    bridge.send(...ended(SUCCESS));
    await inState(page, 'ended');
    expect(await call(page).getAttribute('data-path')).toBe('success');
    expect(await call(page).getAttribute('data-output-count')).toBe('2');
    expect(await byTestId(page, 'wave-bot').getAttribute('data-heard-ms')).toBe('4480');
    expect(await byTestId(page, 'outputs').textContent()).toContain('R-17');
  });

  test('shows the failure outputs, the broken rule, the next step and the deciding row', async () => {
    const page = await open();
    await end(page, FAILURE);
    expect(await call(page).getAttribute('data-path')).toBe('failure');
    expect(await call(page).getAttribute('data-error-type')).toBe('NoResourceError');
    expect(await byTestId(page, 'failure-outputs').textContent()).toContain('signature is wrong');
    expect(await byTestId(page, 'next-step').textContent()).toContain('client secret');
    await byTestId(page, 'deciding-row').click();
    await page.locator('.row.selected[data-n="1"]').waitFor();
    expect(await byTestId(page, 'row-detail').textContent()).toContain('101 Switching Protocols');
  });

  test('shows errors at their form field, from the page and from the bridge', async () => {
    const page = await open();
    await byTestId(page, 'dial').click();
    expect(await page.locator('#fault-baseUri, #fault-base-uri').textContent()).toContain(
      'Base Connection URI',
    );
    expect(bridge.got).toEqual([]);
    bridge.send({
      type: 'refused',
      of: 'dial',
      code: 'invalid-field',
      field: 'clientSecret',
      message: 'The client secret is not base64.',
    });
    expect(await page.locator('#fault-client-secret').textContent()).toContain('base64');
  });

  test('calls a built-in bot with one button, and offers other audio sources if there is no microphone', async () => {
    const page = await open({
      before: async (page) => {
        await page.addInitScript(
          "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))",
        );
      },
    });
    await byTestId(page, 'call-built-in').click();
    await page.locator('[data-testid="banner"][data-state="mic-denied"]').waitFor();
    expect(bridge.got).toEqual([]);
    await byTestId(page, 'instead-silence').click();
    await byTestId(page, 'call-built-in').click();
    await expect
      .poll(() => bridge.got)
      .toMatchObject([
        { type: 'dial', integration: 'builtin', connectorId: 'parrot', caller: { kind: 'silence' } },
      ]);
  });

  test('can dial, send keys and hang up by keyboard alone', {
    timeout: 60_000,
  }, async () => {
    const page = await open();
    const focus = async (id: string) => {
      for (let tabs = 0; tabs < 60; tabs += 1) {
        if ((await page.evaluate<string>('document.activeElement.dataset.testid ?? ""')) === id) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`${id} is not reached by Tab`);
    };
    await focus('field-base-uri');
    await page.keyboard.type('ws://localhost:8080');
    await focus('field-caller');
    await page.keyboard.type('Sil');
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => bridge.got.length).toBe(1);
    bridge.send(...LIVE);
    await inState(page, 'connected');
    await focus('key-1');
    await page.keyboard.type('4*#');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => bridge.got.slice(1))
      .toEqual(['4', '*', '#', '1'].map((digits) => ({ type: 'keys', digits })));
    await page.keyboard.press('Control+.');
    await expect.poll(() => bridge.got.at(-1)).toEqual({ type: 'hang-up' });
    bridge.send(...ended(SUCCESS));
    await inState(page, 'ended');
    await focus('rows');
    await page.keyboard.press('f');
    await page.locator('[data-n="17"]').waitFor();
    await page.keyboard.press('Home');
    await page.keyboard.type('jjj');
    await page.keyboard.press('Enter');
    expect(await byTestId(page, 'row-detail').textContent()).toContain('"format": "PCMU"');
    expect(await byTestId(page, 'schema-verdict').textContent()).toContain('matches its schema');
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    expect(await page.evaluate('document.activeElement.dataset.testid')).toBe('filter');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await byTestId(page, 'announcer').textContent()).toContain('Success path');
  });

  test('fills in the form from a link, and calls at once when the link holds the token', async () => {
    const page = await pages.openAt((url) =>
      url.replace(
        'token=scripted',
        '/?base=ws://localhost:8080/v1&connector=book&caller=silence&auto=scripted',
      ),
    );
    await expect
      .poll(() => bridge.got)
      .toMatchObject([
        {
          type: 'dial',
          integration: { baseUri: 'ws://localhost:8080/v1' },
          connectorId: 'book',
          caller: { kind: 'silence' },
        },
      ]);
    expect(page.url()).not.toContain('scripted');
  });

  const openWithCaller = (caller: string) =>
    pages.openAt((url) =>
      url.replace('token=scripted', `/?base=ws://localhost:8080&caller=${caller}&auto=scripted`),
    );

  test('calls with the WAV file of a link', async () => {
    bridge.answers.set('/api/audio', { id: 'wav-1', name: 'hello.wav', durationMs: 100 });
    await openWithCaller('wav:/tmp/hello.wav');
    await expect
      .poll(() => bridge.got)
      .toMatchObject([{ type: 'dial', caller: { kind: 'wav', id: 'wav-1' } }]);
  });

  test('reads no WAV file for a link without the token, although the tab has one', async () => {
    bridge.answers.set('/api/audio', { id: 'wav-1', name: 'hello.wav', durationMs: 100 });
    const page = await open();
    await page.evaluate("location.hash = '#/?caller=wav:/tmp/hello.wav'");
    await page.getByText('does not hold the token').waitFor();
    await byTestId(page, 'dial').click();
    expect(bridge.got).toEqual([]);
  });

  test('starts no call if a link names a caller that does not exist, and says so at the field', async () => {
    const page = await openWithCaller('tnoe');
    const message = 'The link names the caller "tnoe"; expected mic, tone, silence or wav:FILE.';
    await page.getByText(message).waitFor();
    expect(bridge.got).toEqual([]);
  });

  test('starts no call if the WAV file of a link cannot be used, and says so at the field', async () => {
    bridge.answers.set('/api/audio', new TextEncoder().encode('no JSON'));
    const page = await openWithCaller('wav:/tmp/none.wav');
    await page.getByText('is not valid JSON').waitFor();
    expect(bridge.got).toEqual([]);
  });

  test('reports a lost connection, and reconnects by itself', {
    timeout: 60_000,
  }, async () => {
    const page = await open();
    bridge.send(...LIVE);
    await inState(page, 'connected');
    bridge.answers.set('/api/calls', []);
    bridge.drop();
    await page.locator('[data-testid="banner"][data-state="studio-disconnected"]').waitFor();
    await inState(page, 'ended');
    await page.locator('[data-testid="dial"]:enabled').waitFor();
  });

  test('exposes a new attempt to scripts at once, and idle if the call cannot be made', async () => {
    const page = await open();
    await end(page, FAILURE);
    const callAttributes = () =>
      page.evaluate<unknown[]>(
        `(({ callState, path, errorType, outputCount }) => [callState, path ?? '', errorType ?? '', outputCount ?? ''])(
          document.querySelector('[data-testid="call"]').dataset)`,
      );
    expect(await callAttributes()).toEqual(['ended', 'failure', 'NoResourceError', '0']);
    await byTestId(page, 'dial').click();
    expect(await callAttributes()).toEqual(['idle', '', '', '']);
    await byTestId(page, 'field-base-uri').fill('ws://localhost');
    await byTestId(page, 'field-caller').selectOption('silence');
    await byTestId(page, 'dial').click();
    expect(await callAttributes()).toEqual(['dialing', '', '', '']);
    bridge.send({
      type: 'refused',
      of: 'dial',
      code: 'invalid-field',
      field: 'baseUri',
      message: 'It is wrong.',
    });
    await inState(page, 'idle');
    await byTestId(page, 'dial').click();
    expect(await callAttributes()).toEqual(['dialing', '', '', '']);
    bridge.send(state('opening', { callId: 'second' }));
    await inState(page, 'opening');
  });

  test('renders every row of a usual call, visible or not', async () => {
    const page = await open({ height: 400 });
    bridge.send(...LIVE);
    const rows = Array.from(
      { length: 300 },
      (_, n): Row => ({
        n: n + 14,
        t: 7000 + n,
        kind: 'message',
        dir: 'out',
        type: 'ping',
        detail: '',
      }),
    );
    bridge.send({ type: 'rows', callId: CALL_ID, rows });
    await expect.poll(() => byTestId(page, 'row').count()).toBe(314);
    await page.locator('[data-testid="row"][data-type="opened"]').waitFor();
    bridge.send({ type: 'rows', callId: CALL_ID, rows: rows.map((row) => ({ ...row, n: row.n + 300 })) });
    await expect.poll(() => byTestId(page, 'row-count').textContent()).toBe('614 rows');
    expect(await byTestId(page, 'row').count()).toBeLessThan(80);
  });

  test('filters rows in the filter language of traces, and shows errors in a filter', async () => {
    const page = await open();
    await end(page);
    const types = () =>
      page.evaluate<string[]>(
        `[...document.querySelectorAll('[data-testid="row"]')].map((row) => row.dataset.type)`,
      );
    await byTestId(page, 'filter').fill('type=event,dtmf not text~turn');
    await expect.poll(types).toEqual(['dtmf', 'event']);
    await byTestId(page, 'filter').fill('clause=AC-MSG-*');
    await expect.poll(types).toEqual(['violation']);
    const [violation] = await page.locator('.row.violation .detail').allTextContents();
    expect(violation?.match(/AC-MSG-6/g)).toHaveLength(1);
    await byTestId(page, 'filter').fill('tpye=event');
    expect(await page.locator('#filter-fault').textContent()).toContain('did you mean type?');
    await byTestId(page, 'filter').fill('');
    await byTestId(page, 'show-ping').uncheck();
    await byTestId(page, 'show-audio').uncheck();
    expect(await byTestId(page, 'row-count').textContent()).toBe('14 of 18 rows');
  });

  test('replaces a growing row, and shows cut audio next to heard audio', async () => {
    const page = await open();
    bridge.send(...LIVE);
    const grown: Row = {
      n: 5,
      t: 410,
      kind: 'audio',
      dir: 'in',
      type: 'audio',
      detail: '9.9 s in 50 frames',
    };
    bridge.send({ type: 'rows', callId: CALL_ID, rows: [grown] });
    await page.locator('[data-n="5"]', { hasText: '9.9 s in 50 frames' }).waitFor();
    expect(await byTestId(page, 'row').count()).toBe(14);
    const barged = byTestId(page, 'mark-playback').first();
    expect(await barged.getAttribute('data-cut-ms')).toBe('1120');
    expect(await barged.getAttribute('data-heard-ms')).toBe('2080');
    expect(await byTestId(page, 'note').textContent()).toContain('choppy');
    expect(await byTestId(page, 'turn').last().getAttribute('data-reply-ms')).toBe('640');
    expect(await byTestId(page, 'reply-times').count()).toBe(0);
    bridge.send(...REPLIES);
    const times = byTestId(page, 'reply-times');
    await times.waitFor();
    expect(await times.getAttribute('data-step-ms')).toBe('250');
    expect(await times.getAttribute('data-counts')).toBe('0 0 2 1 0 1');
    expect(await times.textContent()).toContain('Half within 720 ms, slowest 1.30 s');
  });

  test('plays the recording, with a cursor on lanes and rows that keys and clicks move', {
    timeout: 60_000,
  }, async () => {
    bridge.answers.set(`/api/calls/${CALL_ID}/call.wav`, silentWav(7000));
    const page = await open();
    await end(page);
    const at = async () => Number(await byTestId(page, 'cursor').getAttribute('data-t'));
    await page.locator('body').press('Space');
    await expect.poll(at).toBeGreaterThan(200);
    await page.locator('[data-testid="play"]', { hasText: 'Pause' }).click();
    const stopped = await at();
    await page.locator('.call-head').click();
    await page.keyboard.press('ArrowRight');
    expect(await at()).toBe(stopped + 1000);
    await page.keyboard.press(']');
    expect([1980, 2490, 3900]).toContain(await at());
    await byTestId(page, 'mark-bargeIn').click();
    expect(await at()).toBe(2490);
    expect(await page.locator('.row.played').getAttribute('data-n')).toBe('10');
    const box = await byTestId(page, 'lane-box').boundingBox();
    await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + 10);
    expect(Math.abs((await at()) - 6910 / 2)).toBeLessThan(50);
  });

  test('compares two calls of the history, deletes one, and opens a trace from elsewhere', async () => {
    const other = { ...ENTRY, id: 'other', path: 'failure', cause: 'refused' };
    bridge.welcome = { calls: [ENTRY, other] };
    bridge.answers.set('/api/compare', {
      a: ENTRY,
      b: other,
      differences: [{ kind: 'changed', of: 'result', text: 'The path is success in A, failure in B.' }],
    });
    const page = await open();
    await byTestId(page, 'tab-history').click();
    for (const box of await page.locator('[data-testid="history-row"] input').all()) await box.check();
    await byTestId(page, 'compare').click();
    expect(await byTestId(page, 'differences').textContent()).toContain('failure in B');
    await page.locator('[data-id="other"] [aria-label^="Delete"]').click();
    await expect.poll(() => bridge.got.at(-1)).toEqual({ type: 'forget', id: 'other' });
    await byTestId(page, 'trace-path').fill('/traces/one');
    await byTestId(page, 'open-path').click();
    await expect.poll(() => bridge.got.at(-1)).toEqual({ type: 'open-path', path: '/traces/one' });
    bridge.send({ type: 'opened-trace', id: CALL_ID });
    await inState(page, 'ended');
    await expect.poll(() => byTestId(page, 'row').count()).toBeGreaterThan(10);
  });

  test('runs the checks, shows each rule with what the bot did and the fix, and opens its trace', async () => {
    const page = await open();
    await byTestId(page, 'tab-checks').click();
    await byTestId(page, 'check-only').fill('AC-OPEN, AC-PING-2');
    await byTestId(page, 'run-checks').click();
    await expect
      .poll(() => bridge.got)
      .toMatchObject([
        { type: 'check', integration: 'builtin', only: ['AC-OPEN', 'AC-PING-2'], strict: false },
      ]);
    bridge.send({ type: 'check-progress', scenario: 'conversation', phase: 'begin', done: 1, total: 4 });
    await byTestId(page, 'stop-checks').click();
    await expect.poll(() => bridge.got.at(-1)).toEqual({ type: 'stop-checks' });
    bridge.send({ ...CHECKED, stopped: true, problem: 'the check was stopped after 1 of 4 scenarios' });
    await page.locator('[data-testid="check-verdict"][data-stopped="true"]').waitFor();
    expect(await byTestId(page, 'check-verdict').textContent()).toContain(
      'The check was stopped after 1 of 4',
    );
    expect(await byTestId(page, 'stop-checks').count()).toBe(0);
    const clause = page.locator('[data-testid="clause"][data-id="AC-OPEN-3"]');
    expect(await clause.getAttribute('data-outcome')).toBe('fail');
    expect(await clause.textContent()).toContain('opened arrived 7 s after open');
    await clause.locator('[data-testid="open-its-trace"]').click();
    await byTestId(page, 'row-detail').waitFor();
    expect(await page.locator('.row.selected').getAttribute('data-n')).toBe('3');
  });

  test('scrolls through 50,000 rows with no more work per frame than through 1,000', {
    timeout: 60_000,
    retry: 2,
  }, async () => {
    bridge.welcome = { calls: [ENTRY] };
    const scroll = async (count: number) => {
      const rows = Array.from({ length: count }, (_, n): Row => {
        const row = ROWS[n % ROWS.length];
        return {
          n,
          t: n * 18,
          kind: 'message',
          dir: 'in',
          type: row?.type ?? '',
          detail: row?.detail ?? '',
        };
      });
      bridge.answers.set(`/api/calls/${CALL_ID}`, { ...KEPT, rows: count });
      bridge.answers.set(`/api/calls/${CALL_ID}/rows`, { from: 0, total: count, rows });
      const page = await open();
      await byTestId(page, 'tab-history').click();
      await byTestId(page, 'open-call').click();
      await page.locator('[data-testid="row-count"]', { hasText: `${count} rows` }).waitFor();
      const measured = await measureFrames(page, '[data-testid="rows"]');
      expect(measured.maxRows).toBeLessThan(80);
      return { page, ...measured };
    };
    const few = await scroll(1000);
    const many = await scroll(50_000);
    // How long a frame takes depends on the machine; how many rows it renders must not depend on their number.
    expect(many.cpuMs / few.cpuMs).toBeLessThanOrEqual(MAX_FRAME_RATIO);
    await byTestId(many.page, 'filter').fill('t>899s type=closed');
    await expect.poll(() => byTestId(many.page, 'row').count()).toBeGreaterThan(0);
  });

  test('shows the message of a row in a low window, as at a zoom of 200 %', { timeout: 60_000 }, async () => {
    const page = await open();
    await end(page);
    for (const [width, height] of [
      [720, 450],
      [853, 480],
      [1093, 614],
      [1280, 580],
      [1440, 900],
    ] as const) {
      await page.setViewportSize({ width, height });
      await page.locator('[data-testid="row"][data-type="open"]').click();
      await expect
        .poll(() => page.evaluate<number>(SHOWN_LINES_OF_TEXT), { message: `${width} x ${height} px` })
        .toBeGreaterThanOrEqual(4);
      await page.locator('[aria-label="Close the row"]').click();
    }
  });

  test('passes axe and fits its window in every state, at every width and in low windows, light and dark', {
    timeout: 240_000,
  }, async () => {
    bridge.answers.set('/api/compare', {
      a: ENTRY,
      b: ENTRY,
      differences: [{ kind: 'changed', of: 'result', text: 'The path is success in A, failure in B.' }],
    });
    const page = await open();
    await page.evaluate(axe.source);
    const found: string[] = [];
    const look = async (where: string, pane?: 'dial' | 'call' | 'result') => {
      for (const [width, height] of [
        [360, 800],
        [720, 450],
        [768, 800],
        [1093, 614],
        [1440, 800],
      ] as const) {
        await page.setViewportSize({ width, height });
        const tab = byTestId(page, `pane-${pane}`);
        if (pane !== undefined && (await tab.isVisible())) await tab.click();
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          found.push(
            ...(await page.evaluate<string[]>(faultsOf(colorScheme))).map(
              (one) => `${where}, ${width} x ${height} px: ${one}`,
            ),
          );
        }
      }
      await page.emulateMedia({ colorScheme: 'light' });
    };
    await look('idle', 'call');
    for (const summary of await page.locator('summary').all()) await summary.click();
    await byTestId(page, 'dial').click();
    bridge.send(
      {
        type: 'probe-result',
        verdict: 'mayFail',
        problems: [{ text: 'No closed arrived.', fatal: false }],
        url: '',
        durationMs: 20,
      },
      { type: 'refused', of: 'dial', code: 'failed', message: 'It did not work.' },
    );
    await byTestId(page, 'probe').waitFor();
    await look('a field that is wrong', 'dial');
    bridge.send(...LIVE, ...REPLIES);
    await inState(page, 'connected');
    await byTestId(page, 'as-table').check();
    await look('connected', 'call');
    await byTestId(page, 'as-table').uncheck();
    bridge.answers.set('/api/calls/other', { ...KEPT, rows: 0 });
    bridge.send({ type: 'opened-trace', id: 'other' });
    await page.locator('button', { hasText: 'Back to the call' }).waitFor();
    await look('connected, another call is shown', 'call');
    await page.locator('button', { hasText: 'Back to the call' }).click();
    await end(page, FAILURE);
    await byTestId(page, 'deciding-row').click();
    await byTestId(page, 'ladder').click();
    await page.locator('[data-testid="note"] summary').click();
    await look('ended', 'call');
    await look('ended, result', 'result');
    await byTestId(page, 'help').click();
    await look('help');
    await page.keyboard.press('Escape');
    await byTestId(page, 'tab-checks').click();
    await byTestId(page, 'run-checks').click();
    await look('checks that run');
    bridge.send(CHECKED);
    await byTestId(page, 'clause').first().waitFor();
    await look('checks');
    await byTestId(page, 'tab-history').click();
    bridge.send({
      type: 'history',
      calls: [ENTRY, { ...ENTRY, id: 'other', path: 'failure', cause: 'refused' }],
    });
    await page.locator('[data-id="other"] input').check();
    await page.locator(`[data-id="${CALL_ID}"] input`).check();
    await byTestId(page, 'compare').click();
    await byTestId(page, 'differences').waitFor();
    await look('history');
    expect(found).toEqual([]);
  });
});

/** How many lines of the open row's text can be seen: not covered, and not outside of what is scrolled. */
const SHOWN_LINES_OF_TEXT = `(() => {
  const text = document.querySelector('.detail-text');
  const { left, top, bottom } = text.getBoundingClientRect();
  let pixels = 0;
  for (let y = Math.ceil(top); y < bottom; y += 1)
    if (document.elementFromPoint(left + 20, y)?.closest('.detail-text') === text) pixels += 1;
  return Math.floor(pixels / parseFloat(getComputedStyle(text).lineHeight));
})()`;

/** Violations found by axe, and elements that do not fit. In the dark theme only colours are checked: the layout is the same. */
const faultsOf = (theme: 'light' | 'dark') => `(async () => {
  const options = { preload: false, resultTypes: ['violations'], ${theme === 'dark' ? "runOnly: ['color-contrast']" : ''} };
  const { violations } = await axe.run(options);
  const clipped = [...document.querySelectorAll('.header *, .panel-head > *, .transport > *, .view-head > *, .history td')]
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 1);
  return [
    ...violations.map(({ id, nodes }) => '${theme} ' + id + ' ' + nodes.map(({ html }) => html).join(' ')),
    ...clipped.map((element) => 'clipped ' + element.outerHTML.slice(0, 80)),
    ...(document.documentElement.scrollWidth > innerWidth ? ['wider than its window'] : []),
  ];
})()`;
