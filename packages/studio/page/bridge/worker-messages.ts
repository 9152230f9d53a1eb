import type { BridgeMessage, PageMessage } from '../../src/messages.js';

/** Messages from the page to the Worker that holds its socket. */
export type ToWorker =
  /** Opens the socket, and reopens it whenever it is lost. */
  | { readonly kind: 'open'; readonly url: string; readonly token: string }
  | { readonly kind: 'send'; readonly message: PageMessage }
  /** The port for bot audio: frames of 16-bit samples. */
  | { readonly kind: 'speaker'; readonly port: MessagePort }
  /** The port of a microphone that has just been started. */
  | { readonly kind: 'microphone'; readonly port: MessagePort };

/** State of the connection to the bridge. */
export type LinkState = 'connecting' | 'open' | 'lost';

/** Messages from the Worker to the page. */
export type FromWorker =
  | { readonly kind: 'link'; readonly state: LinkState }
  | { readonly kind: 'message'; readonly message: BridgeMessage };
