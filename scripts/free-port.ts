import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port of this machine on which nothing listens, for a program that has to be told one. Throws when `wanted` is taken. */
export async function freePort(wanted = 0): Promise<number> {
  const server = createServer().listen(wanted, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
