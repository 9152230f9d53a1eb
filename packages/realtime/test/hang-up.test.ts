import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { inTurn, silenceCaller, toneCaller } from '@hookline/client';
import { linkedCall } from '@hookline/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { HooklineRealtimeTransport } from '../src/agents/index.js';
import { type RealtimeOptions, tool } from '../src/index.js';
import { type ConnectSocket, openai } from '../src/openai/index.js';
import { type Bridged, bridged } from './bridged.js';

/** The most that a service may hold its connection after a hang-up. */
const MOST_MS = 100;

/** Bytes that no buffer of a socket takes whole. */
const MORE_THAN_BUFFERS = 32 * 1024 * 1024;

const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** A text frame of a server. */
function frame(message: object): Buffer {
  const payload = Buffer.from(JSON.stringify(message));
  const head =
    payload.length < 126
      ? Buffer.from([0x81, payload.length])
      : Buffer.from([0x81, 126, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([head, payload]);
}

/** How a service treats a connection; it answers no closing handshake by itself. */
interface Manners {
  /** Whether it answers the upgrade; default true. */
  readonly upgrades?: boolean;
  /** Whether it accepts the settings; default true. */
  readonly accepts?: boolean;
  /** Whether it stops reading once the session is ready. */
  readonly stopsReading?: boolean;
}

/** A service that is written down to its TCP sockets, so that nothing closes them but the other side. */
async function tcpService(manners: (nth: number) => Manners) {
  const sockets: Socket[] = [];
  const closed: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const { upgrades = true, accepts = true, stopsReading = false } = manners(sockets.length + 1);
    sockets.push(socket);
    socket.on('error', () => {});
    for (const event of ['end', 'close'] as const) {
      socket.once(event, () => {
        if (!closed.includes(socket)) closed.push(socket);
      });
    }
    let head = '';
    socket.on('data', (bytes) => {
      if (head.includes('\r\n\r\n')) return;
      head += bytes.toString('latin1');
      if (!head.includes('\r\n\r\n') || !upgrades) return;
      const key = /sec-websocket-key: (\S+)/i.exec(head)?.[1] ?? '';
      const accept = createHash('sha1')
        .update(key + ACCEPT_GUID)
        .digest('base64');
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      if (accepts) socket.write(frame({ type: 'session.updated', session: {} }));
      if (stopsReading) socket.pause();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, sockets, closed, frame };
}

type TcpService = Awaited<ReturnType<typeof tcpService>>;

/** A call whose time stands still while the sockets work. */
async function callOn(
  service: TcpService,
  options: RealtimeOptions = {},
  connect?: ConnectSocket,
): Promise<Bridged> {
  const it = bridged(options, {
    on: openai({ apiKey: 'k', url: service.url, ...(connect ? { connect } : {}) }),
    call: { caller: inTurn(toneCaller({ durationMs: 60_000 }), silenceCaller(60_000)) },
  });
  await it.clock.advanceUntil(() => it.bot.sessions === 1);
  await it.clock.settle();
  await vi.waitFor(() => expect(service.sockets.length).toBeGreaterThan(0), 5000);
  return it;
}

const state = (it: Bridged, name: string) => vi.waitFor(() => expect(it.session.state).toBe(name), 5000);

/** Hangs up, lets `MOST_MS` pass, and expects that the bot holds no connection, timer or session. */
async function hangsUp(it: Bridged, service: TcpService): Promise<void> {
  const before = service.sockets.length;
  it.call.hangup();
  await it.clock.advance(MOST_MS);
  await vi.waitFor(() => {
    for (const socket of service.sockets) socket.resume();
    expect(service.closed).toHaveLength(service.sockets.length);
  }, 5000);
  await it.clock.run(it.call.closed);
  await it.clock.advance(20_000);
  expect(service.sockets, 'dialled after the hang-up').toHaveLength(before);
  expect(it.bot.sessions).toBe(0);
  expect(it.session.state).toBe('closed');
  expect(it.clock.pending).toBe(0);
}

describe(`hang-up closes the connection to the service within ${MOST_MS} ms`, () => {
  test('although the service never answers the closing handshake', async () => {
    const service = await tcpService(() => ({}));
    const it = await callOn(service);
    await state(it, 'listening');
    await hangsUp(it, service);
  });

  test('at once, for a service that reads: it waits for no answer', async () => {
    const service = await tcpService(() => ({}));
    const it = await callOn(service);
    await state(it, 'listening');
    it.call.hangup();
    await it.clock.advance(1);
    await vi.waitFor(() => expect(service.closed).toHaveLength(1), 5000);
    await it.clock.run(it.call.closed);
  });

  test('although the service has stopped reading and its socket is full', async () => {
    const service = await tcpService(() => ({ stopsReading: true }));
    let socket: WebSocket | undefined;
    const it = await callOn(service, {}, (url) => {
      socket = new WebSocket(url);
      return socket;
    });
    await state(it, 'listening');
    socket?.send(Buffer.alloc(MORE_THAN_BUFFERS));
    await it.clock.advance(1000);
    expect(it.session.stats.inputDroppedMs).toBeGreaterThan(900);
    await hangsUp(it, service);
  });

  test('while the service has not answered the upgrade', async () => {
    const service = await tcpService(() => ({ upgrades: false }));
    const it = await callOn(service);
    await it.clock.advance(500);
    expect(it.session.state).toBe('connecting');
    await hangsUp(it, service);
  });

  test('while the service has not accepted the settings', async () => {
    const service = await tcpService(() => ({ accepts: false }));
    const it = await callOn(service);
    await it.clock.advance(500);
    expect(it.session.state).toBe('connecting');
    await hangsUp(it, service);
  });

  test('during an audio greeting, while the session connects', async () => {
    const service = await tcpService(() => ({ accepts: false }));
    const it = await callOn(service, {
      greeting: { audio: new Uint8Array(80_000).fill(0x33), text: 'Good evening.' },
    });
    await it.clock.advance(1000);
    expect(it.session.state).toBe('speaking');
    await hangsUp(it, service);
  });

  test('during a reply', async () => {
    const service = await tcpService(() => ({}));
    const it = await callOn(service);
    await state(it, 'listening');
    service.sockets[0]?.write(
      service.frame({
        type: 'response.output_audio.delta',
        response_id: 'r1',
        item_id: 'i1',
        delta: Buffer.alloc(8000, 0x11).toString('base64'),
      }),
    );
    await state(it, 'speaking');
    await it.clock.advance(500);
    await hangsUp(it, service);
  });

  test('while a tool runs, and aborts the tool', async () => {
    let aborted = false;
    const service = await tcpService(() => ({}));
    const book = tool({
      description: 'Books.',
      parameters: { type: 'object' as const },
      run: (_args, { signal }) =>
        new Promise<never>((_, reject) => {
          signal.addEventListener('abort', () => {
            aborted = true;
            reject(signal.reason);
          });
        }),
    });
    const it = await callOn(service, { tools: { book } });
    await state(it, 'listening');
    service.sockets[0]?.write(
      service.frame({
        type: 'response.output_item.done',
        response_id: 'r1',
        item: { type: 'function_call', id: 'f1', call_id: 't1', name: 'book', arguments: '{}' },
      }),
    );
    await it.clock.advance(500);
    expect(aborted).toBe(false);
    await hangsUp(it, service);
    expect(aborted).toBe(true);
  });

  test('while a lost connection waits for its next attempt', async () => {
    const service = await tcpService((nth) => ({ upgrades: nth !== 2 }));
    const it = await callOn(service, { reconnect: { attempts: 5, withinMs: 20_000 } });
    await state(it, 'listening');
    service.sockets[0]?.destroy();
    await state(it, 'reconnecting');
    await vi.waitFor(() => expect(service.sockets).toHaveLength(2), 5000);
    service.sockets[1]?.destroy();
    // The delay between two attempts is 500 ms.
    await vi.waitFor(() => expect(service.closed).toHaveLength(2), 5000);
    await it.clock.advance(200);
    await hangsUp(it, service);
  });

  test('while a lost connection is dialled again', async () => {
    const service = await tcpService((nth) => ({ upgrades: nth === 1 }));
    const it = await callOn(service);
    await state(it, 'listening');
    service.sockets[0]?.destroy();
    await state(it, 'reconnecting');
    await vi.waitFor(() => expect(service.sockets).toHaveLength(2), 5000);
    await it.clock.advance(200);
    await hangsUp(it, service);
  });

  test('while the key of the service is being fetched: it is not dialled at all', async () => {
    const service = await tcpService(() => ({}));
    let give: (key: string) => void = () => {};
    const it = bridged(
      {},
      {
        on: openai({
          apiKey: () =>
            new Promise<string>((resolve) => {
              give = resolve;
            }),
          url: service.url,
        }),
      },
    );
    await it.clock.advanceUntil(() => it.bot.sessions === 1);
    await it.clock.advance(500);
    it.call.hangup();
    await it.clock.advance(MOST_MS);
    give('k');
    await it.clock.run(it.call.closed);
    await it.clock.advance(20_000);
    expect(service.sockets).toHaveLength(0);
    expect(it.clock.pending).toBe(0);
  });

  test('of the Agents SDK, although the service never answers the closing handshake', async () => {
    const service = await tcpService(() => ({}));
    let transport: HooklineRealtimeTransport | undefined;
    const { clock, call } = linkedCall(() => async (call) => {
      transport = new HooklineRealtimeTransport(call, { url: service.url });
      transport.on('error', () => {});
      await transport.connect({ apiKey: 'sk-test' });
      return transport.result;
    });
    await clock.advance(100);
    await vi.waitFor(() => expect(transport?.status).toBe('connected'), 5000);
    call.hangup();
    await clock.advance(MOST_MS);
    // The socket is the SDK's, and so its clock is the system's.
    await vi.waitFor(() => expect(service.closed).toHaveLength(1), 5000);
    await clock.run(call.closed);
  });
});
