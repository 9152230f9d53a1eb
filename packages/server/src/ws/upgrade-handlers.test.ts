import { createServer, IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { handleUpgrades } from './upgrade-handlers.js';

/** A second copy of the module, like that of the CJS build. */
const COPY = './upgrade-handlers.js?copy';

it('an upgrade that nothing handles is refused once if two builds of the package share a server', async () => {
  const copy: { readonly handleUpgrades: typeof handleUpgrades } = await import(COPY);
  expect(copy.handleUpgrades).not.toBe(handleUpgrades);
  const server = createServer();
  const seen: string[] = [];
  const handler = (name: string) => ({
    handle: ({ url }: IncomingMessage) => url === name && seen.push(`handled by ${name}`) > 0,
    refuse: () => void seen.push(`refused by ${name}`),
  });
  const offs = [handleUpgrades(server, handler('/a')), copy.handleUpgrades(server, handler('/b'))];
  const upgrade = (url: string) => {
    const socket = new Socket();
    const request = Object.assign(new IncomingMessage(socket), { url, headers: { upgrade: 'websocket' } });
    server.emit('upgrade', request, socket, Buffer.alloc(0));
    return seen.splice(0);
  };
  expect(upgrade('/a')).toEqual(['handled by /a']);
  expect(upgrade('/b')).toEqual(['handled by /b']);
  expect(upgrade('/c')).toEqual(['refused by /a']);
  for (const off of offs) off();
  expect(server.listenerCount('upgrade')).toBe(0);
});
