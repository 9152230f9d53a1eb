import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { ended, LIVE, SUCCESS, silentWav } from './call-scripts.js';
import { byTestId, hasChromium, inState } from './chromium.js';
import { type ScriptedPages, scriptedPages } from './scripted-page.js';

/**
 * Keeps the streams of the microphone and the names of the worklets, and can make the browser refuse one or delay its answer, and delay or refuse the list
 * of the microphones.
 */
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
  };
  window.worklets = [];
  window.AudioWorkletNode = class extends AudioWorkletNode {
    constructor(context, name, options) {
      super(context, name, options);
      window.worklets.push(name);
    }
  };
  window.listed = Promise.resolve();
  window.listings = 0;
  const list = navigator.mediaDevices.enumerateDevices.bind(navigator.mediaDevices);
  navigator.mediaDevices.enumerateDevices = async () => {
    window.listings += 1;
    await window.listed;
    return list();
  };`;
/** Makes the browser ask for the microphone: it is granted by `grant()`, denied by `deny()`. */
const ASK = `window.answer = new Promise((resolve, reject) => {
    window.grant = resolve;
    window.deny = reject;
  });
  window.answer.catch(() => {});
  0`;

/** How many microphones are in use. */
const inUse = (page: Page) =>
  page.evaluate<number>(
    `streams.flatMap((stream) => stream.getTracks()).filter(({ readyState }) => readyState === 'live').length`,
  );

/** A page that can dial, with the microphone as the caller. */
const openForm = async (pages: ScriptedPages) => {
  const page = await pages.open({
    before: async (one) => {
      await one.addInitScript(MICROPHONE_HOOKS);
    },
  });
  await byTestId(page, 'field-base-uri').fill('ws://localhost');
  return page;
};

describe.skipIf(!hasChromium)('the caller of a live call', () => {
  const pages = scriptedPages();
  /** Calls with the microphone. */
  const connect = async () => {
    const page = await openForm(pages);
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

  test('is recorded by one worklet of the page, however often the microphone is started', async () => {
    const page = await connect();
    for (let restart = 1; restart <= 5; restart += 1) {
      await byTestId(page, 'headphones').click();
      await expect.poll(() => page.evaluate('streams.length')).toBe(restart + 1);
      await expect.poll(() => callers().length).toBe(restart);
    }
    expect(await inUse(page)).toBe(1);
    expect(await page.evaluate(`worklets.filter((name) => name === 'capture').length`)).toBe(1);
  });

  test('stays the source that was chosen last while the microphones were being listed', async () => {
    const page = await connect();
    await byTestId(page, 'field-caller').selectOption('tone');
    await page.evaluate('window.listed = new Promise((resolve) => { window.finish = resolve; }); 0');
    const before = await page.evaluate<number>('listings');
    await byTestId(page, 'field-caller').selectOption('mic');
    await expect.poll(() => page.evaluate('listings')).toBe(before + 1);
    await byTestId(page, 'field-caller').selectOption('silence');
    await page.evaluate('window.finish()');
    await byTestId(page, 'hold').click();
    await expect.poll(() => pages.bridge.got.at(-1)?.type).toBe('hold');
    expect(callers().slice(0, -1)).toEqual([{ kind: 'tone' }, { kind: 'silence' }]);
    expect(await inUse(page)).toBe(0);
  });

  test('is silent, with the reason in a banner, if the browser fails to use the microphone', async () => {
    const page = await connect();
    await byTestId(page, 'field-caller').selectOption('tone');
    await page.evaluate(
      `window.listed = Promise.reject(new Error('no list')); window.listed.catch(() => {}); 0`,
    );
    await byTestId(page, 'field-caller').selectOption('mic');
    await expect.poll(callers).toEqual([{ kind: 'tone' }, { kind: 'silence' }]);
    expect(await byTestId(page, 'banner').textContent()).toContain('The microphone cannot be used: no list');
    expect(await inUse(page)).toBe(0);
  });
});

describe.skipIf(!hasChromium)('pressing Call', () => {
  const pages = scriptedPages();
  /** Presses Call, and waits until the browser asks for the microphone. */
  const pressCall = async () => {
    const page = await openForm(pages);
    await page.evaluate(ASK);
    await byTestId(page, 'dial').click();
    await expect.poll(() => page.evaluate('streams.length')).toBe(1);
    return page;
  };

  test('leaves no microphone in use if a WAV file is missing when the browser grants it', async () => {
    const page = await pressCall();
    await byTestId(page, 'field-caller').selectOption('wav');
    await page.evaluate('window.grant()');
    await expect.poll(() => inUse(page)).toBe(0);
    await inState(page, 'idle');
    await page.locator('.fault', { hasText: 'Choose a WAV file' }).waitFor();
    expect(pages.bridge.got).toEqual([]);
  });

  test('leaves no microphone in use if the browser fails to use it', async () => {
    const page = await openForm(pages);
    await page.evaluate(
      `window.listed = Promise.reject(new Error('no list')); window.listed.catch(() => {}); 0`,
    );
    await byTestId(page, 'dial').click();
    await byTestId(page, 'banner').waitFor();
    await expect.poll(() => inUse(page)).toBe(0);
    await inState(page, 'idle');
    expect(pages.bridge.got).toEqual([]);
  });

  test.each(['grant', 'deny'])(
    'calls with the source that was chosen while the browser asked for the microphone: %s',
    async (answer) => {
      const page = await pressCall();
      await byTestId(page, 'field-caller').selectOption('tone');
      await page.evaluate(`window.${answer}()`);
      await expect.poll(() => pages.bridge.got).toMatchObject([{ type: 'dial', caller: { kind: 'tone' } }]);
      expect(await inUse(page)).toBe(0);
      expect(await byTestId(page, 'banner').count()).toBe(0);
    },
  );

  test('leaves no microphone in use if the connection is lost before the browser plays audio', async () => {
    const page = await openForm(pages);
    pages.bridge.answers.set('/api/calls', []);
    await page.evaluate(`window.resumed = new Promise((resolve) => { window.resume = resolve; });
      const resume = AudioContext.prototype.resume;
      AudioContext.prototype.resume = async function () { await window.resumed; return resume.call(this); };
      0`);
    await byTestId(page, 'dial').click();
    pages.bridge.drop();
    await page.locator('[data-testid="banner"][data-state="studio-disconnected"]').waitFor();
    pages.bridge.refuseSockets();
    await page.evaluate('window.resume()');
    await expect.poll(() => page.evaluate('streams.length')).toBe(1);
    await expect.poll(() => inUse(page)).toBe(0);
    expect(pages.bridge.got).toEqual([]);
  });
});
