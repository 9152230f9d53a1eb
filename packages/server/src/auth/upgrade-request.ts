/** A request to open a WebSocket, as far as anything here looks at it. */
export interface UpgradeRequest {
  /** The request target as it stands in the request line: path and query, untouched. */
  readonly url: string;
  /** A header by its lower-case name; the values of a repeated one joined by `, `. */
  readonly header: (name: string) => string | undefined;
  /** The address of the peer, or of the proxy in front; undefined in memory. */
  readonly remoteAddress?: string | undefined;
}
