/** A request to open a WebSocket, as far as anything here looks at it. */
export interface UpgradeRequest {
  /** The request target as it stands in the request line: path and query, untouched. */
  readonly url: string;
  /** By lower-case name. A header that came several times is an array or joined with `, `. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}
