import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { ended, LIVE, SUCCESS, silentWav } from './call-scripts.js';
import { byTestId, hasChromium, inState } from './chromium.js';
import { scriptedPages } from './scripted-page.js';

/** Keeps the streams of the microphone, and can make the browser refuse one or delay its answer. */
const MICROPHONE_HOOKS = `
  window.streams = [];
  window.answer = Promise.resolve();
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (options) => {
    const { answer } = window;
    const stream = await ask(options);
    window.streams.push(stream);
    try {
      await answer;
      return stream;
    } catch {
      for (const track of stream.getTracks()) track.stop();
      throw new DOMException('no', 'NotAllowedError');
    }
  };`;

/** How many microphones are in use. */
const inUse = (page: Page) =>
  page.evaluate<number>(
    `streams.flatMap((stream) => stream.getTracks()).filter(({ readyState }) => readyState === 'live').length`,
  );

describe.skipIf(!hasChromium)('the caller of a live call', () => {
  const pages = scriptedPages();
  /** Calls with the microphone. */
  const connect = async () => {
    const page = await pages.open({
      before: async (one) => {
        await one.addInitScript(MICROPHONE_HOOKS);
      },
    });
    await byTestId(page, 'field-base-uri').fill('ws://localhost');
    await byTestId(page, 'dial').click();
    await expect.poll(() => pages.bridge.got.length).toBe(1);
    pages.bridge.send(...LIVE);
    await inState(page, 'connected');
    expect(await inUse(page)).toBe(1);
    await byTestId(page, 'mute').waitFor();
    return page;
  };
  /** The callers to which the page switched. */
  const callers = () => pages.bridge.got.slice(1).map((one) => (one.type === 'caller' ? one.caller : one));

  test('is silent until a WAV file is chosen, and the microphone is released', async () => {
    const page = await connect();
    await byTestId(page, 'field-caller').selectOption('wav');
    await expect.poll(callers).toEqual([{ kind: 'silence' }]);
    expect(await inUse(page)).toBe(0);
    expect(await byTestId(page, 'mute').count()).toBe(0);
    pages.bridge.answers.set('/api/audio', { id: 'wav-1', name: 'a.wav', durationMs: 100 });
    await byTestId(page, 'field-wav').setInputFiles({
      name: 'a.wav',
      mimeType: 'audio/wav',
      buffer: Buffer.from(silentWav(100)),
    });
    await expect.poll(callers).toEqual([{ kind: 'silence' }, { kind: 'wav', id: 'wav-1' }]);
  });

  test('is silent if the microphone is refused, until another source is chosen in the banner', async () => {
    const page = await connect();
    await byTestId(page, 'field-caller').selectOption('tone');
    await page.evaluate('window.answer = Promise.reject(); window.answer.catch(() => {}); 0');
    await byTestId(page, 'field-caller').selectOption('mic');
    await expect.poll(callers).toEqual([{ kind: 'tone' }, { kind: 'silence' }]);
    await byTestId(page, 'instead-tone').click();
    await expect.poll(callers).toEqual([{ kind: 'tone' }, { kind: 'silence' }, { kind: 'tone' }]);
    expect(await byTestId(page, 'banner').count()).toBe(0);
  });

  test.each(['another source is chosen', 'the call ends'])(
    'does not use a microphone that the browser grants after %s',
    async (event) => {
      const page = await connect();
      await byTestId(page, 'field-caller').selectOption('tone');
      await page.evaluate('window.answer = new Promise((resolve) => { window.grant = resolve; }); 0');
      await byTestId(page, 'field-caller').selectOption('mic');
      await expect.poll(() => page.evaluate('streams.length')).toBe(2);
      if (event === 'the call ends') {
        pages.bridge.send(...ended(SUCCESS));
        await inState(page, 'ended');
      } else {
        await byTestId(page, 'field-caller').selectOption('silence');
      }
      await page.evaluate('window.grant()');
      await expect.poll(() => inUse(page)).toBe(0);
      expect(callers().at(-1)).toEqual({ kind: event === 'the call ends' ? 'tone' : 'silence' });
    },
  );
});
