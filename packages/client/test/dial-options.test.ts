import { Agent } from 'node:http';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type CallAudioConnectorOptions,
  callAudioConnector,
  createWsDial,
  defineIntegration,
  type HostedDialOptions,
  hostedDial,
  type TlsOptions,
  type WsDialOptions,
} from '../src/index.js';
import { isPublicAddress } from '../src/transport/addresses.js';
import { frame, onRequest, rawServer, upgradeAnswer } from './raw-server.js';
import { CERT, KEY } from './self-signed.js';

/** A server over TLS that upgrades and closes with code 4321, which shows that it was reached. */
async function tlsServer(): Promise<string> {
  const server = createTlsServer({ key: KEY, cert: CERT }, (socket: TLSSocket) => {
    socket.on('error', () => {});
    onRequest(socket, (head) => {
      socket.write(upgradeAnswer(head));
      socket.end(frame(8, Buffer.from([0x10, 0xe1])));
    });
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return `wss://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

async function resultOf(url: string, tls: TlsOptions = {}, options: Partial<CallAudioConnectorOptions> = {}) {
  const integration = defineIntegration({ baseConnectionUri: url, apiKey: 'key', tls });
  const call = callAudioConnector({ integration, ...options });
  const result = await call.result;
  await call.closed;
  return result;
}

describe('TLS', () => {
  it('trusts the given authorities', async () => {
    const url = await tlsServer();
    for (const ca of [CERT, [CERT], Buffer.from(CERT)]) {
      expect(await resultOf(url, { ca })).toMatchObject({ cause: 'connection-lost', closeCode: 4321 });
    }
    expect(await resultOf(url)).toMatchObject({ cause: 'tls' });
  });

  it('requires the certificate to name the host, unless `insecure` is set', async () => {
    const url = (await tlsServer()).replace('127.0.0.1', 'localhost.localhost');
    const lookup: WsDialOptions['lookup'] = (_, options, done) =>
      options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);
    const dial = createWsDial({ lookup });
    expect(await resultOf(url, { ca: CERT }, { dial })).toMatchObject({
      cause: 'tls',
      failureOutputs: { errorMessage: expect.stringContaining('ALTNAME') },
    });
    expect(await resultOf(url, { insecure: true }, { dial })).toMatchObject({ closeCode: 4321 });
  });
});

describe('a dialler for untrusted URLs', () => {
  const refusedBy = async (url: string, options: HostedDialOptions) => {
    const request = {
      url,
      headers: {},
      timeoutMs: 1000,
      signal: AbortSignal.timeout(1000),
    };
    return hostedDial(options)(request).then(
      () => 'dialled',
      (error) => `${error.code}: ${error.message}`,
    );
  };

  it.each([
    // Loopback in every notation of a URL.
    'ws://127.0.0.1:1/',
    'ws://127.0.0.1.:1/',
    'wss://127.0.0.1:1/',
    'wss://[::1]/',
    'ws://127.1/',
    'ws://2130706433/',
    'ws://0x7f000001/',
    'ws://0177.0.0.1/',
    'ws://１２７.0.0.1/',
    'ws://0.0.0.0/',
    'ws://0/',
    'ws://[::]/',
    'ws://[::1]/',
    'ws://[0:0:0:0:0:0:0:1]/',
    // IPv4 of special purpose.
    'ws://10.0.0.1/',
    'ws://100.64.0.1/',
    'ws://100.127.255.255/',
    'ws://169.254.169.254/latest/meta-data',
    'ws://172.16.0.1/',
    'ws://172.31.255.255/',
    'ws://192.0.0.8/',
    'ws://192.0.2.1/',
    'ws://192.31.196.1/',
    'ws://192.52.193.1/',
    'ws://192.88.99.1/',
    'ws://192.168.1.1/',
    'ws://192.175.48.1/',
    'ws://198.19.0.1/',
    'ws://198.51.100.1/',
    'ws://203.0.113.1/',
    'ws://224.0.0.1/',
    'ws://240.0.0.1/',
    'ws://255.255.255.255/',
    // An IPv4 address within IPv6: compatible, mapped, translated, NAT64, 6to4, Teredo.
    'ws://[::127.0.0.1]/',
    'ws://[::ffff:127.0.0.1]/',
    'ws://[::ffff:7f00:1]/',
    'ws://[::ffff:8.8.8.8]/',
    'ws://[::ffff:0:127.0.0.1]/',
    'ws://[64:ff9b::127.0.0.1]/',
    'ws://[64:ff9b:1::a00:1]/',
    'ws://[2002:7f00:1::1]/',
    'ws://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/',
    // IPv6 of special purpose, and unassigned addresses.
    'ws://[100::1]/',
    'ws://[100:0:0:1::1]/',
    'ws://[2001:2::1]/',
    'ws://[2001:10::1]/',
    'ws://[2001:20::1]/',
    'ws://[2001:1ff:ffff::1]/',
    'ws://[2001:db8::1]/',
    'ws://[2620:4f:8000::1]/',
    'ws://[3fff::1]/',
    'ws://[3fff:fff::1]/',
    'ws://[4000::1]/',
    'ws://[5f00::1]/',
    'ws://[fc00::1]/',
    'ws://[fd00::1]/',
    'ws://[fe80::1]/',
    'ws://[fec0::1]/',
    'ws://[ff02::1]/',
  ])('refuses %s', async (url) => {
    expect(await refusedBy(url, {})).toMatch(/^DIAL_REFUSED: .*not a public address/);
  });

  it.each([
    '8.8.8.8',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.1.1',
    '198.20.0.0',
    '223.255.255.255',
    '2001:200::1',
    '2003::1',
    '2606:4700::1111',
    '3ffe::1',
    '3fff:1000::1',
  ])('accepts %s as an address of the public internet', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each(['fe80::1%eth0', '2606:4700::1111%1', '', 'localhost', '127.1', '8.8.8.8 '])(
    'does not accept %j as one',
    (address) => {
      expect(isPublicAddress(address)).toBe(false);
    },
  );

  it.each(['ws+unix:/tmp/bot.sock:/', 'wss+unix:/x', 'http://8.8.8.8/', 'https://8.8.8.8/', 'file:///etc'])(
    'refuses the scheme of %s',
    async (url) => {
      for (const denyPrivate of [true, false]) {
        expect(await refusedBy(url, { denyPrivate })).toMatch(/^DIAL_REFUSED: the scheme/);
      }
    },
  );

  it('refuses an invalid URL', async () => {
    expect(await refusedBy('ws://[fe80::1%25eth0]/', {})).toMatch(/^DIAL_INVALID_ACTION: .*not a URL/);
  });

  it.each([
    [{ agent: new Agent() }, /^agent is .*bypass the check/],
    [{ lookup: () => {} }, /^lookup is .*bypass the check/],
    [{ allowHosts: 'bots.example' }, /^allowHosts is "bots.example"; expected an array/],
    [{ allowHosts: [''] }, /^allowHosts/],
    [{ denyPrivate: 'no' }, /^denyPrivate is "no"; expected true or false/],
  ])('refuses the options %o at construction', (options, message) => {
    expect(() => hostedDial(options as HostedDialOptions)).toThrow(message);
  });

  it('does not follow a redirect to a private address', async () => {
    const url = await rawServer((socket) =>
      onRequest(socket, () => socket.end('HTTP/1.1 302 Found\r\nLocation: ws://10.0.0.1/\r\n\r\n')),
    );
    expect(await refusedBy(url, { denyPrivate: false })).toMatch(/^DIAL_REDIRECT: /);
  });

  it('refuses a name that resolves to a private address', async () => {
    const url = (await rawServer(() => {})).replace('127.0.0.1', 'localhost');
    expect(await refusedBy(url, {})).toMatch(/^DIAL_REFUSED: localhost does not resolve to a public address/);
  });

  it('dials only allowed hosts', async () => {
    const url = await rawServer((socket) => onRequest(socket, (head) => socket.write(upgradeAnswer(head))));
    const open = { denyPrivate: false };
    expect(await refusedBy(url, { ...open, allowHosts: ['127.0.0.1'] })).toBe('dialled');
    expect(await refusedBy(url, { ...open, allowHosts: ['bots.example', '*.example'] })).toMatch(
      /^DIAL_REFUSED: /,
    );
    expect(await refusedBy('ws://a.b.example.:1', { allowHosts: ['*.EXAMPLE.'] })).not.toMatch(
      /not one of the allowed/,
    );
    expect(await refusedBy('ws://a.b.example:1', { allowHosts: ['*.example'] })).not.toMatch(
      /not one of the allowed/,
    );
    expect(await refusedBy('ws://example:1', { allowHosts: ['*.example'] })).toMatch(
      /not one of the allowed/,
    );
  });
});
