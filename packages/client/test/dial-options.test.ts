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
import { frame, onRequest, rawServer, upgradeAnswer } from './raw-server.js';
import { CERT, KEY } from './self-signed.js';

/** A server over TLS that upgrades and closes with code 4321: proof that it was reached. */
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
  it('trusts the authorities that are given', async () => {
    const url = await tlsServer();
    for (const ca of [CERT, [CERT], Buffer.from(CERT)]) {
      expect(await resultOf(url, { ca })).toMatchObject({ cause: 'connection-lost', closeCode: 4321 });
    }
    expect(await resultOf(url)).toMatchObject({ cause: 'tls' });
  });

  it('wants the certificate to name the host, unless told that nothing matters', async () => {
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

describe('a dialler of URLs of strangers', () => {
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
    'ws://127.0.0.1:1/',
    'ws://10.0.0.1/',
    'ws://[::1]/',
    'ws://[::ffff:127.0.0.1]/',
    'ws://[fd00::1]/',
    'ws://169.254.169.254/latest/meta-data',
    'ws://0.0.0.0/',
    'ws://2130706433/',
    'ws://192.168.1.1/',
  ])('refuses %s', async (url) => {
    expect(await refusedBy(url, {})).toMatch(/^refused: .*no public address/);
  });

  it('refuses a name that leads to a private address', async () => {
    const url = (await rawServer(() => {})).replace('127.0.0.1', 'localhost');
    expect(await refusedBy(url, {})).toMatch(/^refused: localhost leads to no public address/);
  });

  it('dials allowed hosts only', async () => {
    const url = await rawServer((socket) => onRequest(socket, (head) => socket.write(upgradeAnswer(head))));
    const open = { denyPrivate: false };
    expect(await refusedBy(url, { ...open, allowHosts: ['127.0.0.1'] })).toBe('dialled');
    expect(await refusedBy(url, { ...open, allowHosts: ['bots.example', '*.example'] })).toMatch(
      /^refused: /,
    );
    expect(await refusedBy('ws://a.b.example:1', { allowHosts: ['*.example'] })).not.toMatch(/not among/);
    expect(await refusedBy('ws://example:1', { allowHosts: ['*.example'] })).toMatch(/not among/);
  });
});
