// Takes the screenshots of the README: `node packages/studio/scripts/screenshots.mjs`, after `npm run build`. Calls the
// built-in greeter from a real browser, whose microphone plays a phrase of the reference bots over the greeting.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readWav, writeWav } from '@hookline/audio';
import { phrase } from '@hookline/bots';
import { startStudio } from '@hookline/studio';
import { chromium } from 'playwright-core';

const RATE = 8000;
/** When the caller starts to speak, in milliseconds. */
const SPEAKS_AT_MS = 2200;

const pictures = fileURLToPath(new URL('../screenshots', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'studio-screenshots-'));
const microphone = join(folder, 'microphone.wav');
const said = readWav(phrase('table').bytes).samples;
const samples = new Int16Array((SPEAKS_AT_MS * RATE) / 1000 + said.length + RATE);
samples.set(said, (SPEAKS_AT_MS * RATE) / 1000);
await writeFile(microphone, writeWav({ codec: 'pcm16', rate: RATE, channels: 1, data: samples }));
await mkdir(pictures, { recursive: true });

const studio = await startStudio({ dir: join(folder, 'calls') });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-audio-capture=${microphone}%noloop`,
  ],
});
const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1 });
const shoot = async (name) => {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(
      () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
    );
    await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`) });
  }
};

await page.goto(studio.url);
await page.locator('[data-testid="dial"]:enabled').waitFor();
await page.locator('[data-testid="built-in-bot"]').selectOption('greeter');
await page.locator('[data-testid="call-built-in"]').click();
await page.locator('[data-testid="mark-bargeIn"]').first().waitFor();
await page.locator('[data-testid="call"][data-call-state="ended"]').waitFor();
await page.locator('[data-testid="play"]:enabled').waitFor();
await page.locator('[data-testid="mark-bargeIn"]').first().click();
await page.locator('[data-testid="show-ping"]').uncheck();
await page.locator('[data-testid="rows"]').press('Home');
await page.locator('[data-testid="row"][data-type="event"]').first().click();
await page.locator('.call-head').click();
await shoot('call');

await browser.close();
await studio.close();
await rm(folder, { recursive: true, force: true });
