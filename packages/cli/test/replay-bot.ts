import { once } from 'node:events';
import { type WebSocket, WebSocketServer } from 'ws';

/** The differences of a bot from the recorded one. */
export interface Variant {
  /** Audio of its greeting, in milliseconds. Default 600. */
  readonly greetingMs?: number;
  /** Its answer to the key 1. */
  readonly answer?: string;
  /** The output it returns for the key #. */
  readonly order?: string;
  /** Whether it ends the call for the key #. Default true. */
  readonly ends?: boolean;
  /** Delay of its answer to the key 1, in milliseconds. Default 0. */
  readonly slowMs?: number;
  /** Whether it sends `closed` only 3 s after `close`, and with a wrong `seq`. Default false. */
  readonly closesLate?: boolean;
}

/** A message of the caller. */
interface Received {
  readonly type: string;
  readonly id: string;
  readonly seq: number;
  readonly parameters: Readonly<Record<string, unknown>> & { readonly media?: readonly object[] };
}

/** A call as the bot recorded it. */
export interface Heard {
  readonly messages: Received[];
  audio: Buffer;
}

/** A bot that greets, answers the key 1, and ends the call for the key #. */
export async function replayBot(variant: Variant = {}): Promise<{
  readonly url: string;
  /** The calls so far. */
  readonly calls: readonly Heard[];
  close(): void;
}> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const calls: Heard[] = [];
  server.on('connection', (socket) => calls.push(answer(socket, variant)));
  const address = server.address();
  return {
    url: `ws://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/bot`,
    calls,
    close() {
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
  };
}

function answer(socket: WebSocket, variant: Variant): Heard {
  const {
    greetingMs = 600,
    answer: text = 'one',
    order = 'R-17',
    ends = true,
    slowMs = 0,
    closesLate = false,
  } = variant;
  const heard: Heard = { messages: [], audio: Buffer.alloc(0) };
  let seq = 0;
  let last: Received | undefined;
  const send = (type: string, parameters: object = {}) => {
    seq += 1;
    const { id = '', seq: clientseq = 0 } = last ?? {};
    socket.send(JSON.stringify({ version: '2', type, id, seq, clientseq, parameters }));
  };
  socket.on('message', (bytes: Buffer, binary) => {
    if (binary) {
      heard.audio = Buffer.concat([heard.audio, bytes]);
      return;
    }
    const message: Received = JSON.parse(String(bytes));
    last = message;
    heard.messages.push(message);
    const { parameters } = message;
    switch (message.type) {
      case 'open':
        send('opened', { startPaused: false, media: parameters.media?.slice(0, 1) });
        socket.send(Buffer.alloc(greetingMs * 8, 0x55));
        return;
      case 'ping':
        return send('pong');
      case 'update':
        return send('updated');
      case 'dtmf':
        if (parameters['digit'] === '#') {
          if (ends) send('disconnect', { reason: 'completed', outputVariables: { order } });
        } else {
          setTimeout(() => send('event', turn(text)), slowMs);
        }
        return;
      case 'close':
        if (!closesLate) return send('closed');
        seq += 1;
        setTimeout(() => send('closed'), 3000);
        return;
    }
  });
  return heard;
}

function turn(text: string): object {
  const data = { disposition: 'match', text, confidence: 1 };
  return { entities: [{ type: 'bot_turn_response', data }] };
}
