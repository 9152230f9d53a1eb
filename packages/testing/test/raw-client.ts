import { randomUUID } from 'node:crypto';
import {
  type ClientMessageType,
  type ClientParameters,
  encodeClientMessage,
  PCMU_EXTERNAL,
} from '@hookline/protocol';
import type { Transport, TransportEnd } from '@hookline/runtime';
import type { Identity, Served } from './serve-bot.js';

interface Received {
  readonly type: string;
  readonly seq: number;
  readonly clientseq: number;
  readonly parameters: Record<string, unknown>;
}

/** A client that sends exactly what a test specifies, valid or not. */
export class RawClient {
  readonly received: Received[] = [];
  readonly ended: Promise<TransportEnd>;
  seq = 0;
  readonly #waiting = new Set<() => void>();

  private constructor(
    readonly transport: Transport,
    readonly identity: Identity,
  ) {
    this.ended = new Promise((resolve) => {
      transport.listen({
        text: (text) => {
          this.received.push(JSON.parse(text));
          for (const look of this.#waiting) look();
        },
        binary() {},
        closed: resolve,
      });
    });
  }

  /** Connects, signed, and sends nothing. */
  static async connect(served: Served): Promise<RawClient> {
    const { transport, organizationId, sessionId } = await served.dial();
    return new RawClient(transport, { organizationId, sessionId });
  }

  /** Connects and opens a session. */
  static async open(served: Served): Promise<RawClient> {
    const client = await RawClient.connect(served);
    client.sendOpen();
    await client.message('opened');
    return client;
  }

  sendOpen(): void {
    this.send('open', {
      organizationId: this.identity.organizationId,
      conversationId: randomUUID(),
      participant: { id: randomUUID(), ani: '', aniName: '', dnis: '' },
      media: [PCMU_EXTERNAL],
    });
  }

  /** Sends a message with correct counters, or with the fields of `envelope` instead. */
  send<T extends ClientMessageType>(
    type: T,
    parameters: ClientParameters<T>,
    envelope: { seq?: number; serverseq?: number; id?: string } = {},
  ): void {
    this.seq += 1;
    const right = {
      id: this.identity.sessionId,
      seq: this.seq,
      serverseq: this.received.at(-1)?.seq ?? 0,
      position: 'PT0S',
    };
    this.transport.sendText(encodeClientMessage(type, { ...right, ...envelope }, parameters));
  }

  /** Resolves with the first message of that type. */
  message(type: string): Promise<Received> {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.received.find((message) => message.type === type);
        if (!found) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }
}
