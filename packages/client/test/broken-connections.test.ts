import type { Socket } from 'node:net';
import { PCMU_EXTERNAL } from '@hookline/protocol';
import { describe, expect, it } from 'vitest';
import { type CallResult, callAudioConnector, defineIntegration } from '../src/index.js';
import { frame, onRequest, rawServer, upgradeAnswer } from './raw-server.js';

async function resultOf(url: string): Promise<CallResult> {
  const integration = defineIntegration({ baseConnectionUri: url, apiKey: 'key' });
  const call = callAudioConnector({ integration, timers: { closedMs: 200 } });
  const result = await call.result;
  await call.closed;
  return result;
}

const sessionOf = (head: string) => /audiohook-session-id: *(\S+)/i.exec(head)?.[1] ?? '';

/** The texts of `opened`, of the given messages, and of `disconnect`. */
function messages(id: string, info = 'x') {
  const envelope = { version: '2', id, clientseq: 1 };
  const media = [PCMU_EXTERNAL];
  return [
    JSON.stringify({ ...envelope, seq: 1, type: 'opened', parameters: { startPaused: false, media } }),
    JSON.stringify({ ...envelope, seq: 2, type: 'disconnect', parameters: { reason: 'completed', info } }),
  ] as const;
}

/** The frames of one message, byte by byte. */
function byteByByte(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat(
    Array.from(bytes, (byte, at) => {
      const last = at === bytes.length - 1;
      return Buffer.from([(last ? 0x80 : 0) | (at === 0 ? 1 : 0), 1, byte]);
    }),
  );
}

/** Upgrades and sends the given frames. */
const saying = (bytes: (id: string) => readonly Buffer[]) => (socket: Socket) =>
  onRequest(socket, (head) => {
    socket.write(upgradeAnswer(head));
    socket.resume();
    for (const piece of bytes(sessionOf(head))) socket.write(piece);
  });

describe('a connection that is refused', () => {
  it('is closed, although HTTP would keep it for another request', async () => {
    let gone: () => void = () => {};
    const closed = new Promise<void>((resolve) => {
      gone = resolve;
    });
    const url = await rawServer((socket) => {
      socket.on('close', gone);
      onRequest(socket, () => {
        // Keeps reading to notice the end of the client.
        socket.resume();
        socket.write('HTTP/1.1 404 Not Found\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n');
      });
    });
    expect(await resultOf(url)).toMatchObject({ cause: 'http-status', status: 404 });
    await closed;
  });

  it('is reported with its status if the body is cut off', async () => {
    const url = await rawServer((socket) =>
      onRequest(socket, () =>
        socket.write('HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\nnot a size\r\n'),
      ),
    );
    expect(await resultOf(url)).toMatchObject({ cause: 'unauthorized', status: 403 });
  });

  it.each(['Upgrade: websocket', 'Connection: Upgrade'])('is `bad-upgrade` without %s', async (header) => {
    const url = await rawServer((socket) =>
      onRequest(socket, (head) => socket.write(upgradeAnswer(head).replace(`${header}\r\n`, ''))),
    );
    expect(await resultOf(url)).toMatchObject({ cause: 'bad-upgrade', status: 101 });
  });
});

describe('an unusual but valid connection', () => {
  it('accepts messages in frames of one byte', async () => {
    const url = await rawServer(saying((id) => messages(id, 'x'.repeat(3000)).map(byteByByte)));
    expect(await resultOf(url)).toMatchObject({ path: 'success' });
  });

  it('accepts many WebSocket pings at once', async () => {
    const pings = Buffer.concat(Array.from({ length: 500 }, () => frame(9, 'hi')));
    const url = await rawServer(
      saying((id) => {
        const [opened, disconnect] = messages(id);
        return [frame(1, opened), pings, frame(1, disconnect)];
      }),
    );
    expect(await resultOf(url)).toMatchObject({ path: 'success' });
  });
});

describe('a frame that is refused', () => {
  it('is not reported as if the bot had closed the connection', async () => {
    const url = await rawServer(saying((id) => [frame(1, messages(id)[0]), frame(3, 'x')]));
    const result = await resultOf(url);
    expect(result).toMatchObject({ cause: 'connection-lost', closeCode: 1002 });
    expect(result.path === 'failure' && result.failureOutputs.errorMessage).toContain(
      'a WebSocket frame of the bot was refused with close code 1002',
    );
  });

  it.each([
    ['AC-AUDIO-4', 'exceeds the maximum of 1048576 bytes', Buffer.from([0x82, 127, 0, 0, 0, 1, 0, 0, 0, 0])],
    ['AC-CLOSE-1', 'refused with close code 1007', Buffer.from([0x81, 2, 0xff, 0xfe])],
  ])(
    'after `close` breaks %s and is not reported as if the bot had closed the connection',
    async (clause, text, sent) => {
      const url = await rawServer((socket) =>
        onRequest(socket, (head) => {
          socket.write(upgradeAnswer(head));
          const answers = [frame(1, messages(sessionOf(head))[0]), sent];
          // `open`, then `close`.
          socket.on('data', () => socket.write(answers.shift() ?? ''));
        }),
      );
      const report = await defineIntegration({ baseConnectionUri: url, apiKey: 'k' }).probe();
      expect(report).toMatchObject({ verdict: 'mayFail' });
      expect(report.problems.filter(({ clause: id }) => id !== undefined)).toEqual([
        expect.objectContaining({ clause, text: expect.stringContaining(text) }),
      ]);
    },
  );
});
