/** What is known of a call before `open`: what the upgrade request said. */
export interface CallFacts {
  /**
   * The session's UUID, of the header `Audiohook-Session-Id`; one made here for a request without it, which only
   * `auth: 'none'` lets in. Never anything but a UUID, so it can be part of a file's name.
   */
  readonly id: string;
  /** A UUID, of the header `Audiohook-Organization-Id`; else that of `open`. */
  readonly organizationId: string;
  /** For tracing across systems: a UUID; empty when the client sent none. */
  readonly correlationId: string;
  /**
   * What follows the base path, as it stands in the request, without query and leading slash. No part of it is `.` or
   * `..`, percent-encoded or not; otherwise it is whatever the peer wrote.
   */
  readonly connectorId: string;
  /** The request target: path and query. */
  readonly url: string;
  /** The API key that the request was authenticated with; empty with `auth: 'none'`. */
  readonly apiKey: string;
}
