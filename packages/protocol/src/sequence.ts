/** The message counters of one side of a session: of the messages it sent and of those it received. */
export class Sequence {
  #sent = 0;
  #received = 0;

  /** The seq of the last message sent; 0 before any. */
  get sent(): number {
    return this.#sent;
  }

  /** The seq of the last message received; 0 before any. */
  get received(): number {
    return this.#received;
  }

  /** Increments the counter and returns the seq of the next message to send. Call it once per message sent. */
  next(): number {
    this.#sent += 1;
    return this.#sent;
  }

  /** The seq that the peer's next message must have. */
  get expected(): number {
    return this.#received + 1;
  }

  /** Records a seq from the peer. Returns false and changes nothing if it is not the expected one. */
  accept(seq: number): boolean {
    if (seq !== this.expected) return false;
    this.#received = seq;
    return true;
  }

  /** Records any seq from the peer, to continue counting from it after a gap was reported. */
  adopt(seq: number): void {
    this.#received = seq;
  }
}
