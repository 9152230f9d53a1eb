import type { CheckTls } from '../wire/dial.js';

/** The bot that is checked, and as whom it is called. */
export interface CheckTarget {
  /** What is dialled: base connection URI and Connector ID, joined. */
  readonly url: string;
  /** The base connection URI, where the probe goes; default `url`. */
  readonly baseUrl?: string;
  readonly apiKey: string;
  /** The client secret, base64. Without it requests are not signed. */
  readonly clientSecret?: string;
  /** Default a random one. */
  readonly organizationId?: string;
  readonly tls?: CheckTls;
}
