import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { expect } from 'vitest';

/** Debian's Chromium: the browsers of Playwright are not downloaded. */
const PATH = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
export const hasChromium = existsSync(PATH);

/** Builds the page for production. Returns its folder. */
export async function buildPage(): Promise<string> {
  const outDir = await mkdtemp(join(tmpdir(), 'studio-page-'));
  const root = fileURLToPath(new URL('../../page', import.meta.url));
  await build({ root, build: { outDir, emptyOutDir: true }, logLevel: 'error' });
  return outDir;
}

export const removeFolder = (folder: string) => rm(folder, { recursive: true, force: true });

/** Launches a browser. `microphone` is a WAV file, played `once` or in a `loop`; without it the fake microphone beeps. */
export function launch(microphone?: string, plays: 'once' | 'loop' = 'once'): Promise<Browser> {
  const file = `${microphone}${plays === 'once' ? '%noloop' : ''}`;
  return chromium.launch({
    executablePath: PATH,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      ...(microphone === undefined ? [] : [`--use-file-for-fake-audio-capture=${file}`]),
    ],
  });
}

/** Opens a page in a new context. Errors and warnings on its console fail the test when it is closed. */
export async function openPage(
  browser: Browser,
  url: string,
  options: { width?: number; height?: number; dark?: boolean; before?: (page: Page) => Promise<void> } = {},
): Promise<{ page: Page; problems: string[]; close: () => Promise<void> }> {
  const { width = 1440, height = 900, dark = false, before } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    acceptDownloads: true,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const problems: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  const origin = new URL(url).origin;
  page.on('request', (request) => {
    const at = new URL(request.url());
    if (!['data:', 'blob:'].includes(at.protocol) && at.origin !== origin)
      problems.push(`loaded from outside: ${request.url()}`);
  });
  await context.addInitScript({ path: fileURLToPath(new URL('in-page.js', import.meta.url)) });
  await before?.(page);
  await page.goto(url);
  return {
    page,
    problems,
    close: async () => {
      await context.close();
      expect(problems).toEqual([]);
    },
  };
}

/** Finds an element by its `data-testid`. */
export const byTestId = (page: Page, id: string) => page.locator(`[data-testid="${id}"]`);

/** Waits until the call is in a state, as an external script would. */
export const inState = (page: Page, state: string) =>
  page.locator(`[data-testid="call"][data-call-state="${state}"]`).waitFor();

/** Whether the machine is overloaded, so that durations are not meaningful. */
export const isOverloaded = () => (loadavg()[0] ?? 0) > availableParallelism() * 2;

/** Scrolls an element to its end. Returns the CPU time per frame and the most rows in the document at once. */
export async function measureFrames(
  page: Page,
  selector: string,
): Promise<{ cpuMs: number; maxRows: number }> {
  const frames = 120;
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busy = async () => {
    const { metrics } = await devTools.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000;
  };
  const before = await busy();
  const maxRows = await page.evaluate<number>(`scrollThrough('${selector}', ${frames})`);
  const cpuMs = ((await busy()) - before) / frames;
  return { cpuMs, maxRows };
}
