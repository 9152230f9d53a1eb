import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that the kernel gives to outgoing connections, which could take one before the program does. */
const FIRST = 20_000;
const COUNT = 12_000;

/** Returns an unused port, for a program that cannot choose one itself. Throws if `wanted` is in use. */
export async function freePort(wanted?: number): Promise<number> {
  for (;;) {
    const port = wanted ?? FIRST + Math.floor(Math.random() * COUNT);
    const server = createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch (error) {
      if (wanted === undefined) continue;
      throw error;
    }
    server.close();
    await once(server, 'close');
    return port;
  }
}
