import type { BridgeMessage, PageMessage } from '../../src/messages.js';

/** What the page tells the Worker that holds its socket. */
export type ToWorker =
  /** Opens the socket, again and again when it is lost. */
  | { readonly kind: 'open'; readonly url: string; readonly token: string }
  | { readonly kind: 'send'; readonly message: PageMessage }
  /** Where bot audio goes from now on: frames of 16-bit samples. */
  | { readonly kind: 'speaker'; readonly port: MessagePort }
  /** Where microphone audio comes from, from its first sample on. */
  | { readonly kind: 'microphone'; readonly port: MessagePort };

/** Whether the bridge can be reached. */
export type LinkState = 'connecting' | 'open' | 'lost';

/** What the Worker tells the page. */
export type FromWorker =
  | { readonly kind: 'link'; readonly state: LinkState }
  | { readonly kind: 'message'; readonly message: BridgeMessage };
