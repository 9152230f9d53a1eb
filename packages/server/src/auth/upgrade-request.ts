/** The parts of a WebSocket upgrade request that are needed to admit it. */
export interface UpgradeRequest {
  /** The request target exactly as in the request line: path and query. */
  readonly url: string;
  /** Returns a header by its lower-case name; the values of a repeated header are joined with `, `. */
  readonly header: (name: string) => string | undefined;
  /** The address of the peer, or of the proxy in front; undefined in memory. */
  readonly remoteAddress?: string | undefined;
}
