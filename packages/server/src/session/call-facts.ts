/** The properties of a call before `open`, from the upgrade request. */
export interface CallFacts {
  /**
   * The UUID of the session from the header `Audiohook-Session-Id`; a new one for a request without the header, which
   * only `auth: 'none'` accepts. Always a UUID, so that it can be part of a file name.
   */
  readonly id: string;
  /** A UUID, from the header `Audiohook-Organization-Id` or else from `open`. */
  readonly organizationId: string;
  /** For tracing across systems: a UUID, or empty if the client sent none. */
  readonly correlationId: string;
  /**
   * The part of the request path after the base path, unchanged, without query and leading slash. No segment is `.` or
   * `..`, percent-encoded or not; otherwise it is any text of the peer.
   */
  readonly connectorId: string;
  /** The request target: path and query. */
  readonly url: string;
  /** The API key with which the request was authenticated; empty with `auth: 'none'`. */
  readonly apiKey: string;
}
