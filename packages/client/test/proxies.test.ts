import { createServer, request } from 'node:http';
import { Agent } from 'node:https';
import { type AddressInfo, connect, type LookupFunction, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  callAudioConnector,
  createWsDial,
  defineIntegration,
  type FailureResult,
  type WsDialOptions,
} from '../src/index.js';
import { rawServer } from './raw-server.js';

const BOT = 'wss://bot.example:8443/v1';

async function failureOf(options: WsDialOptions, baseConnectionUri = BOT): Promise<FailureResult> {
  const integration = defineIntegration({ baseConnectionUri, apiKey: 'key', dial: createWsDial(options) });
  const call = callAudioConnector({ integration });
  const result = await call.result;
  await call.closed;
  if (result.path !== 'failure') throw new Error(`the call took the path ${result.path}`);
  return result;
}

/** A proxy that handles requests for a tunnel like this. Returns its port. */
async function proxy(onConnect: (socket: Socket) => void): Promise<number> {
  const server = createServer().on('connect', (_, socket) => {
    socket.on('error', () => {});
    onConnect(socket as Socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** An agent that makes connections like this, before the request gets its socket. */
function agentOf(connects: (done: (error: Error | null, socket?: Socket) => void) => void): Agent {
  return Object.assign(new Agent(), {
    createConnection: (_: unknown, done: (error: Error | null, socket?: Socket) => void) => {
      connects(done);
    },
  });
}

/** An agent for tunnels: a refusal of the proxy is the answer to the request, as common agents do it. */
function tunnelAgent(port: number): Agent {
  return agentOf((done) => {
    const asking = request({ port, host: '127.0.0.1', method: 'CONNECT', path: 'bot.example:8443' });
    asking.on('error', (error) => done(error));
    asking.on('connect', (answer, tunnel) => {
      tunnel.destroy();
      const replay = rawServer((socket) =>
        socket.end(`HTTP/1.1 ${answer.statusCode} No\r\nContent-Length: 7\r\n\r\nblocked`),
      );
      void replay.then((url) => {
        const socket = connect(Number(new URL(url).port), '127.0.0.1', () => done(null, socket));
      });
    });
    asking.end();
  });
}

describe('a call through a proxy', () => {
  it.each([407, 403, 502])('says that the proxy refused it with HTTP %i, not the bot', async (status) => {
    const port = await proxy((socket) => socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`));
    const result = await failureOf({ agent: tunnelAgent(port) });
    expect(result).toMatchObject({ cause: 'http-status', status });
    expect(result.failureOutputs.errorMessage).toMatch(
      new RegExp(
        `the proxy of the agent answered HTTP ${status} .*bot.example:8443; it says "blocked"; check the address`,
      ),
    );
  });

  it('says that the proxy is not reachable', async () => {
    const result = await failureOf({ agent: tunnelAgent(1) });
    expect(result.cause).toBe('refused');
    expect(result.failureOutputs.errorMessage).toContain(
      'the agent of the dialler made no connection to bot.example:8443; check that the proxy at 127.0.0.1:1 is reachable',
    );
  });

  it('does not blame TLS of the bot for an agent that makes no connection', async () => {
    const port = await proxy((socket) => socket.destroy());
    const agents = [tunnelAgent(port), agentOf((done) => done(new Error('no tunnel')))];
    for (const agent of agents) {
      const result = await failureOf({ agent });
      expect(result.cause).toBe('refused');
      expect(result.failureOutputs.errorMessage).toContain('check that the proxy is reachable');
    }
  });
});

describe('a lookup of the dialler', () => {
  it.each<[what: string, lookup: LookupFunction, text: string]>([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
      'threw an error (broken) for bot.example',
    ],
    [
      'rejects',
      async () => {
        throw new Error('broken');
      },
      'threw an error (broken) for bot.example',
    ],
    ['returns a name', (_, __, done) => done(null, 'junk', 4), 'returned no IP address for bot.example'],
    ['returns nothing', (_, __, done) => done(null, []), 'returned no IP address for bot.example'],
  ])('that %s is named as the cause, for either scheme', async (_, lookup, text) => {
    for (const url of [BOT, 'ws://bot.example:8080/v1']) {
      const integration = { baseConnectionUri: url, apiKey: 'key', allowWs: true };
      const call = callAudioConnector({
        integration: defineIntegration({ ...integration, dial: createWsDial({ lookup }) }),
      });
      expect(await call.result).toMatchObject({
        cause: 'dns',
        failureOutputs: { errorMessage: expect.stringContaining(`the lookup of the dialler ${text}`) },
      });
    }
  });

  it('that reports an error reports a name that cannot be resolved', async () => {
    const lookup: LookupFunction = (_, __, done) =>
      done(Object.assign(new Error('x'), { code: 'ENOTFOUND' }), '', 4);
    const result = await failureOf({ lookup });
    expect(result.failureOutputs.errorMessage).toContain('the name bot.example:8443 cannot be resolved');
  });
});
