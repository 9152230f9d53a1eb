import { join } from 'node:path';
import { botPreset } from '@hookline/bots';
import { VirtualClock } from '@hookline/runtime';
import { createBot } from '@hookline/server';
import { inMemoryDial } from '@hookline/testing';
import type { BridgeMessage, DialMessage, PageMessage } from '../src/messages.js';
import { PageSession } from '../src/page/page-session.js';
import { StudioContext } from '../src/studio-context.js';
import { closeAfterTests, micFrame, PageRecorder, tempFolder } from './page.js';

let pages = 0;

/** A page and its bridge on a virtual clock, without sockets; calls go to a reference bot in memory. */
export class VirtualPage extends PageRecorder {
  readonly clock = new VirtualClock();
  readonly context: StudioContext;
  readonly session: PageSession;
  /** Bytes queued but not sent. */
  bufferedAmount = 0;
  terminated: string | undefined;
  #position = 0;

  /**
   * @param preset - the bot that answers at every URL
   * @param latencyMs - latency of the connection to it, in each direction
   */
  constructor(preset = 'parrot', latencyMs = 0) {
    super();
    const { clock } = this;
    const handler = botPreset(preset)?.create({ clock });
    if (!handler) throw new Error(`no bot ${preset}`);
    const bot = createBot({ auth: { hookline: null }, clock }, handler);
    pages += 1;
    this.context = new StudioContext({
      clock,
      launch: { dial: inMemoryDial(bot, { latencyMs }) },
      dir: join(tempFolder('virtual'), `page-${pages}`),
      version: '0.0.0',
    });
    const page = this;
    this.session = new PageSession(
      {
        sendText: (json) => this.text(json),
        sendBinary: (bytes) => this.binary(bytes),
        terminate: (reason) => {
          this.terminated = reason;
        },
        get bufferedAmount() {
          return page.bufferedAmount;
        },
      },
      this.context,
    );
    closeAfterTests(this);
    this.context.broadcast = (message: BridgeMessage) => this.session.send(message);
  }

  /** Hangs up, and waits until the call has been saved. */
  async close(): Promise<void> {
    const { call } = this.session;
    this.session.close();
    await this.clock.advance(20_000);
    await call?.saved;
  }

  send(message: PageMessage): void {
    this.session.onText(Buffer.from(JSON.stringify(message)));
  }

  /** Dials and waits until the call is connected. */
  async dial(order: Partial<DialMessage> = {}): Promise<void> {
    this.send({
      type: 'dial',
      integration: { baseUri: 'ws://localhost' },
      caller: { kind: 'mic' },
      ...order,
    });
    await this.clock.advance(100);
  }

  /** Sends microphone audio in frames of 20 ms, as a browser does. */
  async record(samples: Int16Array): Promise<void> {
    for (let at = 0; at < samples.length; at += 160) {
      await this.clock.advance(20);
      const frame = new Int16Array(160);
      frame.set(samples.subarray(at, at + 160));
      this.microphone(frame);
    }
  }

  /** Starts the microphone again, as when it was switched off. */
  restartMicrophone(): void {
    this.#position = 0;
  }

  /** Sends a microphone frame now. */
  microphone(frame: Int16Array): void {
    this.session.onBinary(micFrame(this.#position, frame));
    this.#position += frame.length;
  }

  /** Sends silence of the microphone. */
  recordSilence(ms: number): Promise<void> {
    return this.record(new Int16Array(ms * 8));
  }
}
