import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { buildPage, launch, openPage, removeFolder } from './chromium.js';
import { ScriptedBridge } from './scripted-bridge.js';
import { addTap } from './sound-taps.js';

/** A scripted bridge for each test of a file, and pages that are connected to it. */
export interface ScriptedPages {
  readonly bridge: ScriptedBridge;
  /** Opens a page and waits until it is connected. */
  readonly open: (options?: Parameters<typeof openPage>[2]) => Promise<Page>;
  /** Opens a page at another URL than that of the studio, which `change` gets. */
  openAt(change: (url: string) => string): Promise<Page>;
}

/** Builds the page and launches a browser for the tests of this file. Errors on the console of a page fail its test. */
export function scriptedPages(): ScriptedPages {
  let folder: string;
  let browser: Browser;
  let bridge: ScriptedBridge;
  let url: string;
  let opened: Awaited<ReturnType<typeof openPage>>[] = [];
  beforeAll(async () => {
    folder = await buildPage();
    await addTap(folder);
    browser = await launch();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await removeFolder(folder);
  });
  beforeEach(async () => {
    bridge = new ScriptedBridge(folder);
    url = await bridge.listen();
  });
  afterEach(async () => {
    const pages = opened;
    opened = [];
    for (const { close } of pages) await close();
    await bridge.close();
  });
  return {
    get bridge() {
      return bridge;
    },
    open: async (options) => {
      const page = await openPage(browser, url, options);
      opened.push(page);
      await page.page.locator('[data-testid="dial"]:enabled').waitFor();
      return page.page;
    },
    async openAt(change) {
      const page = await openPage(browser, change(url));
      opened.push(page);
      return page.page;
    },
  };
}
