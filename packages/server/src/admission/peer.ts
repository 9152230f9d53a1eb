/** Who sent an upgrade request. */
export interface Peer {
  /** Whether it has left. */
  readonly isGone: boolean;
  /** Calls `listener` when it leaves, at once where it has left. Returns an unsubscribe function. */
  onGone(listener: () => void): () => void;
}
