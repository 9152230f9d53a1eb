import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startStudio } from '../src/index.js';
import { startTestStudio, tempFolder } from './page.js';

describe('startStudio refuses', () => {
  test.each([
    ['a port above 65535', { port: 65_536 }, 'port is 65536'],
    ['a port that is not a number', { port: Number.NaN }, 'port is NaN'],
    ['an option that does not exist', { prot: 1 }, 'port'],
    ['a field of launch that does not exist', { launch: { baseURI: 'x' } }, 'baseUri'],
    ['a trace that does not exist', { trace: '/nowhere' }, '/nowhere'],
  ] as const)('%s, and says so', async (_, options, said) => {
    // As JavaScript without types gives them.
    const given: object = options;
    const start = async () => startStudio({ pageDir: await pageDir(), ...given });
    await expect(start()).rejects.toMatchObject({
      code: 'STUDIO_BAD_OPTION',
      isUsage: true,
      message: expect.stringContaining(said),
    });
  });

  test('a page that is not built, and says how to build it', async () => {
    await expect(startStudio({ pageDir: tempFolder('empty') })).rejects.toMatchObject({
      code: 'STUDIO_NO_PAGE',
      message: expect.stringContaining('npm run build'),
    });
    await expect(startStudio({ pageDir: join(tempFolder('empty'), 'none') })).rejects.toMatchObject({
      code: 'STUDIO_NO_PAGE',
    });
  });

  test('a port that is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    await expect(startTestStudio({ port })).rejects.toMatchObject({ code: 'STUDIO_LISTEN_FAILED' });
    server.close();
  });
});

test('closing a studio closes everything, once', async () => {
  const studio = await startTestStudio();
  await Promise.all([studio.close(), studio.close()]);
  await expect(fetch(`http://127.0.0.1:${studio.port}/`)).rejects.toThrow();
});

test('the README names every option and the files of the package', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  for (const option of ['port', 'launch', 'trace', 'dir', 'clock']) expect(readme).toContain(`\`${option}\``);
});

async function pageDir(): Promise<string> {
  await startTestStudio();
  return tempFolder('page');
}
