import type { BridgeMessage, PageMessage } from '../../src/messages.js';
import { SOCKET_PATH } from '../../src/messages.js';
import type { FromWorker, LinkState, ToWorker } from './worker-messages.js';

/** Listener for the state of the connection and for messages of the bridge. */
export interface BridgeListener {
  onLinkState(state: LinkState): void;
  onMessage(message: BridgeMessage): void;
}

/** The page's handle to the Worker that holds the socket. */
export class BridgeLink {
  readonly #worker = new Worker(new URL('./bridge.worker.ts', import.meta.url), { type: 'module' });

  constructor(listener: BridgeListener) {
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.kind === 'link') listener.onLinkState(data.state);
      else listener.onMessage(data.message);
    };
  }

  open(token: string): void {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    this.#post({ kind: 'open', url: `${scheme}://${location.host}${SOCKET_PATH}`, token });
  }

  /** Sends a message. Dropped silently while the bridge is unreachable, which the page shows. */
  send(message: PageMessage): void {
    this.#post({ kind: 'send', message });
  }

  /** Passes the Worker the port for bot audio or for microphone audio. */
  attach(kind: 'speaker' | 'microphone', port: MessagePort): void {
    this.#post({ kind, port }, [port]);
  }

  #post(message: ToWorker, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }
}
