import { once } from 'node:events';
import { createServer } from 'node:net';

/** Returns an unused port, for a program that cannot choose one itself. Throws if `wanted` is in use. */
export async function freePort(wanted = 0): Promise<number> {
  const server = createServer().listen(wanted, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
